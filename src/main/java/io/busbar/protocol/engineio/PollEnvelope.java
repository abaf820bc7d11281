package io.busbar.protocol.engineio;

import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.session.Envelope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The response to one poll. It converts frames to the payload of the client's revision as text,
 * bytes or a script. It compresses large payloads for clients that accept gzip. Owned by the event
 * loop of the client's connection.
 */
final class PollEnvelope implements Envelope {
  private static final String TEXT = "text/plain; charset=UTF-8";
  private static final String BYTES = "application/octet-stream";
  private static final String SCRIPT = "text/javascript; charset=UTF-8";
  private static final String GZIP = "gzip";
  private static final int LEAST_COMPRESSED = 1024;

  private final HttpServerRequest request;
  private final EngineRevision revision;
  private final boolean base64;
  private final @Nullable String jsonp;

  PollEnvelope(HttpServerRequest request, EngineQuery query) {
    this.request = request;
    this.revision = query.checkedRevision();
    this.jsonp = query.jsonp();
    this.base64 = query.base64() || jsonp != null;
  }

  @Override
  public String contentType() {
    return jsonp == null ? TEXT : SCRIPT;
  }

  @Override
  public boolean isStreaming() {
    return false;
  }

  @Override
  public Buffer wrap(byte[] frames) {
    List<EnginePacket> packets = EngineFrames.packets(revision, frames);
    // Text is the default, because clients decode it faster than bytes.
    boolean needsBytes = packets.stream().anyMatch(EnginePacket::isBinary);
    PayloadCodec codec = revision.answers(base64 || !needsBytes);
    List<EncodedMessage> encodedMessages = packets.stream().map(codec::encode).toList();
    ByteBuf joined = codec.join(encodedMessages);
    try {
      if (jsonp != null) {
        return compressed(Jsonp.answer(jsonp, joined));
      }
      if (codec.isBinary()) {
        request.response().putHeader(HttpHeaders.CONTENT_TYPE, BYTES);
      }
      return compressed(Buffer.buffer(ByteBufUtil.getBytes(joined)));
    } finally {
      joined.release();
    }
  }

  private Buffer compressed(Buffer plain) {
    if (plain.length() <= LEAST_COMPRESSED || !takesGzip()) {
      return plain;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length() / 2);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain.getBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes all that is written", e);
    }
    request
        .response()
        .putHeader(HttpHeaders.CONTENT_ENCODING, GZIP)
        .headers()
        .add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    return Buffer.buffer(out.toByteArray());
  }

  /** Returns whether the client accepts gzip (RFC 9110, 12.5.3). */
  private boolean takesGzip() {
    String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
    if (accepted == null) {
      return false;
    }
    for (String coding : accepted.toLowerCase(Locale.ROOT).split(",")) {
      String[] parts = coding.trim().split("\\s*;\\s*q\\s*=\\s*");
      if (parts[0].equals(GZIP)) {
        return parts.length == 1 || !parts[1].matches("0(\\.0*)?");
      }
    }
    return false;
  }
}
