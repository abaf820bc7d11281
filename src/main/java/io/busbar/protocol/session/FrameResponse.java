package io.busbar.protocol.session;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.function.Consumer;

/** The response that carries frames, and how far it is. Owned by the connection's loop. */
final class FrameResponse {
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Envelope envelope;
  private final DownlinkAnswers answers;
  private final Runnable failed;
  private final Runnable flushed;
  private boolean started;
  private boolean ended;
  private boolean broken;
  private int unflushed;
  private int written;

  /**
   * @param failed will be run when something that was written did not go out
   * @param flushed will be run when the response has ended and all of it is with the kernel
   */
  FrameResponse(
      HttpServerRequest request,
      Envelope envelope,
      DownlinkAnswers answers,
      Runnable failed,
      Runnable flushed) {
    this.request = request;
    this.response = request.response();
    this.envelope = envelope;
    this.answers = answers;
    this.failed = failed;
    this.flushed = flushed;
  }

  boolean isStreaming() {
    return envelope.isStreaming();
  }

  /**
   * Begins, unless that is done: sends what comes before all frames.
   *
   * @param more will be called to set further headers
   * @param drained will be run when a stream takes frames again
   */
  void start(Consumer<HttpServerRequest> more, Runnable drained) {
    if (started) {
      return;
    }
    started = true;
    answers.head(request, envelope);
    more.accept(request);
    if (isStreaming()) {
      response.setChunked(true);
      response.drainHandler(takesMore -> drained.run());
      watch(response.write(Buffer.buffer(envelope.prelude())));
    }
  }

  /** Answers something else, unless frames were promised. */
  boolean refuse(Consumer<HttpServerResponse> answer) {
    if (started && isStreaming() || response.ended()) {
      return false;
    }
    started = true;
    answer.accept(response);
    return true;
  }

  /** Writes the frame of a stream, which ends at its limit. */
  Future<Void> write(byte[] frame) {
    Buffer chunk = envelope.wrap(frame);
    written += chunk.length();
    if (written < answers.streamingLimit()) {
      return response.write(chunk);
    }
    answers.streamEnd().map(envelope::wrap).ifPresent(chunk::appendBuffer);
    return end(chunk);
  }

  /** Ends with the frame. */
  Future<Void> end(byte[] frame) {
    return end(envelope.wrap(frame));
  }

  /** Ends without a word, where a word is not needed. */
  Future<Void> endWithNothing() {
    return end(isStreaming() ? Buffer.buffer() : envelope.wrap(answers.nothing()));
  }

  private Future<Void> end(Buffer chunk) {
    ended = true;
    return response.end(chunk);
  }

  /** Counts a write until the kernel has it. */
  void watch(Future<Void> write) {
    unflushed++;
    write.onComplete(
        done -> {
          unflushed--;
          if (done.failed()) {
            broken = true;
            failed.run();
          }
          if (ended && unflushed == 0) {
            flushed.run();
          }
        });
  }

  /** Whether nothing more will be written. */
  boolean hasEnded() {
    return ended;
  }

  /** Whether it was given anything that it matters to have read. */
  boolean hasCarried() {
    return ended || written > 0;
  }

  /** Whether the kernel has taken all that was written. */
  boolean isFlushed() {
    return unflushed == 0 && !broken;
  }

  /** Whether it takes no other frame for now. */
  boolean isFull() {
    return !ended && response.writeQueueFull();
  }

  /** Whether the client knows that it has ended only by the connection's end. */
  boolean endsWithItsConnection() {
    return isStreaming() && request.version() == HttpVersion.HTTP_1_0;
  }
}
