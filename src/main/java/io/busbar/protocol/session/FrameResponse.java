package io.busbar.protocol.session;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.function.Consumer;

/**
 * The HTTP response that carries frames, and its progress. Owned by the event loop of the
 * connection.
 */
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
   * @param failed will be run when a write has failed
   * @param flushed will be run when the response has ended and the kernel has all of it
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
   * Sends the headers and the start of the body, unless that is done.
   *
   * @param more will be called to set more headers
   * @param drained will be run when a stream accepts frames again
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

  /** Answers with something else than frames. Returns false where a stream has begun. */
  boolean refuse(Consumer<HttpServerResponse> answer) {
    if (started && isStreaming() || response.ended()) {
      return false;
    }
    started = true;
    answer.accept(response);
    return true;
  }

  /** Writes the frame to the stream, which ends at its limit. */
  Future<Void> write(byte[] frame) {
    Buffer chunk = envelope.wrap(frame);
    written += chunk.length();
    if (written < answers.streamingLimit()) {
      return response.write(chunk);
    }
    answers.streamEnd().map(envelope::wrap).ifPresent(chunk::appendBuffer);
    return end(chunk);
  }

  /** Ends the response with the frame. */
  Future<Void> end(byte[] frame) {
    return end(envelope.wrap(frame));
  }

  /** Ends the response without a frame; a poll gets one without content. */
  Future<Void> endWithNothing() {
    return end(isStreaming() ? Buffer.buffer() : envelope.wrap(answers.nothing()));
  }

  private Future<Void> end(Buffer chunk) {
    ended = true;
    return response.end(chunk);
  }

  /** Tracks a write until the kernel has it. */
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

  /** Returns whether nothing more will be written. */
  boolean hasEnded() {
    return ended;
  }

  /** Returns whether it has carried a frame that must be read. */
  boolean hasCarried() {
    return ended || written > 0;
  }

  /** Returns whether the kernel has taken all that was written. */
  boolean isFlushed() {
    return unflushed == 0 && !broken;
  }

  /** Returns whether it accepts no other frame for now. */
  boolean isFull() {
    return !ended && response.writeQueueFull();
  }

  /** Returns whether only the end of the connection tells the client that it has ended. */
  boolean endsWithItsConnection() {
    return isStreaming() && request.version() == HttpVersion.HTTP_1_0;
  }
}
