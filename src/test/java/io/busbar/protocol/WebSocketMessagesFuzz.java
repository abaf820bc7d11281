package io.busbar.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.busbar.FuzzInput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A fuzzer: arbitrary bytes give messages, or a close with the broken rule. */
final class WebSocketMessagesFuzz {
  private static final int MOST = 256;
  private static final WebSocketOptions OPTIONS = new WebSocketOptions(MOST, 1, 1, null, null);

  static Stream<byte[]> golden() {
    return Stream.of(
            frame(0x81, "text, ä and 雪"),
            frame(0x82, "bytes"),
            frame(0x01, "in ") + frame(0x00, "") + frame(0x89, "ping") + frame(0x80, "pieces"),
            frame(0x8A, "") + frame(0x88, "\u0003\u00e8bye"),
            frame(0x81, "x".repeat(200)) + frame(0x81, ""))
        .map(frames -> FuzzInput.written(0, 100, frames.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** Returns one frame of a client as Latin 1; its mask changes nothing. */
  private static String frame(int first, String payload) {
    byte[] utf8 = payload.getBytes(StandardCharsets.UTF_8);
    String length =
        utf8.length < 126
            ? "" + (char) (0x80 | utf8.length)
            : "\u00fe" + (char) (utf8.length >> 8) + (char) (utf8.length & 0xFF);
    return (char) first + length + "\0\0\0\0" + new String(utf8, StandardCharsets.ISO_8859_1);
  }

  @MethodSource("golden")
  @FuzzTest
  void messagesAreTheSameInOnePieceAndInTwo(byte[] data) {
    FuzzInput input = FuzzInput.of(data);
    assertThat(received(input.pieces())).isEqualTo(received(input.bytes()));
  }

  private static String received(byte[]... pieces) {
    Output output = new Output();
    MessageAssembler assembler = new MessageAssembler(MOST, output, null);
    EmbeddedChannel channel =
        new EmbeddedChannel(new WebSocket13FrameDecoder(WebSocketUpgrade.decoder(OPTIONS, null)));
    try {
      for (byte[] piece : pieces) {
        arrive(channel, piece, assembler, output);
      }
    } catch (ProtocolException e) {
      output.all.append(e.disconnect().code()).append(e.getMessage());
    } catch (CorruptedWebSocketFrameException e) {
      output.all.append(e.closeStatus().code()).append(e.getMessage());
    }
    channel.finishAndReleaseAll();
    return output.all.toString();
  }

  /** A fault comes after the frames before it. */
  private static void arrive(
      EmbeddedChannel channel, byte[] piece, MessageAssembler assembler, Output output) {
    CorruptedWebSocketFrameException fault = null;
    try {
      channel.writeInbound(Unpooled.wrappedBuffer(piece));
    } catch (CorruptedWebSocketFrameException e) {
      fault = e;
    }
    WebSocketFrame frame;
    while ((frame = channel.readInbound()) != null) {
      try {
        take(frame, assembler, output);
      } finally {
        frame.release();
      }
    }
    if (fault != null) {
      throw fault;
    }
  }

  private static void take(WebSocketFrame frame, MessageAssembler assembler, Output output) {
    boolean text = frame instanceof TextWebSocketFrame;
    byte[] payload = ByteBufUtil.getBytes(frame.content());
    if (text || frame instanceof BinaryWebSocketFrame) {
      assembler.first(text, false, payload, frame.isFinalFragment());
    } else if (frame instanceof ContinuationWebSocketFrame) {
      assembler.continuation(payload, frame.isFinalFragment());
    } else {
      output.all.append(frame.getClass().getSimpleName()).append(latin1(frame.content()));
    }
  }

  private static String latin1(ByteBuf bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1) + '|';
  }

  private static final class Output implements Receiver {
    private final StringBuilder all = new StringBuilder();

    @Override
    public void text(String message) {
      byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
      assertThat(utf8.length).isLessThanOrEqualTo(MOST);
      assertThat(new String(utf8, StandardCharsets.UTF_8)).isEqualTo(message);
      all.append("text ").append(message).append('|');
    }

    @Override
    public void binary(Buffer message) {
      assertThat(message.length()).isLessThanOrEqualTo(MOST);
      all.append("bytes ").append(message.toString("ISO-8859-1")).append('|');
    }

    @Override
    public void closed() {}
  }
}
