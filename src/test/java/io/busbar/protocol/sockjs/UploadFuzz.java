package io.busbar.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.busbar.FuzzInput;
import io.busbar.config.ConfigLoader;
import io.busbar.hub.Hub;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Utf8;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Feeds random bodies, which must give messages or an error of the specification. */
final class UploadFuzz {
  private static final int MOST = 1024;
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final Vertx VERTX = Vertx.vertx();
  private static final ContextInternal CONTEXT = ((VertxInternal) VERTX).createEventLoopContext();

  private static final Upload UPLOADS =
      new Upload(
          new Hub(VERTX, ConfigLoader.load(null, Map.of(), List.of())).inbound(), MOST, 60_000);

  static Stream<byte[]> golden() {
    return Stream.of(
        FuzzInput.written(0, 100, utf8("[\"a\",\"ä雪\",\"\\u00e4\\n\\ud83d\\ude00\"]")),
        FuzzInput.written(1, 50, utf8("\"alone\"")),
        FuzzInput.written(2, 200, utf8("d=%5B%22a+b%22%2C%22%C3%A4%22%5D")),
        FuzzInput.written(2, 0, utf8("x=1&d=[\"a\"]&d=[]")),
        FuzzInput.written(0, 100, utf8("[\"" + "x".repeat(MOST - 4) + "\"]")));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @MethodSource("golden")
  @FuzzTest
  void splitBodyIsReadLikeTheWholeBody(byte[] data) {
    FuzzInput input = FuzzInput.of(data);
    String inTwo = resultOf(input.choice(), input.pieces());
    assertThat(inTwo).isEqualTo(resultOf(input.choice(), input.bytes()));
    assertThat(inTwo.startsWith("413")).isEqualTo(input.bytes().length > MOST);
  }

  private static String resultOf(int choice, byte[]... chunks) {
    StringBuilder output = new StringBuilder();
    FakeUpload request = new FakeUpload(choice == 2 ? FORM : null, output);
    ContextInternal before = CONTEXT.beginDispatch();
    try {
      read(request, choice, output);
      request.arrive(chunks);
    } finally {
      CONTEXT.endDispatch(before);
    }
    return output.toString();
  }

  private static void read(FakeUpload request, int choice, StringBuilder output) {
    UPLOADS.read(
        request.request(),
        body -> {
          try {
            String text =
                choice == 2 ? Upload.formText(request.request(), body) : Utf8.decode(body);
            output.append(
                checkedText(choice == 1 ? Messages.ofArrayOrString(text) : Messages.ofArray(text)));
          } catch (ProtocolException e) {
            output.append(e.disconnect().code()).append(e.getMessage());
          }
        });
  }

  /** Shows each message, and checks that its frame can be decoded again. */
  private static String checkedText(List<String> messages) {
    for (String message : messages) {
      String wellFormed = new String(utf8(message), StandardCharsets.UTF_8);
      String frame = "[\"" + JsonString.escape(message) + "\"]";
      assertThat(Messages.ofArray(frame)).containsExactly(wellFormed);
    }
    return messages.toString();
  }
}
