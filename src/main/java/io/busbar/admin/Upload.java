package io.busbar.admin;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.http.HttpServerRequest;

/** Writes the body of a request to a file. Used by the request's event loop. */
final class Upload {
  private final HttpServerRequest request;
  private final AsyncFile file;
  private final long most;
  private final Promise<Boolean> saved = Promise.promise();
  private long bytes;

  /**
   * @param request a paused request
   * @param most largest size of the body, in bytes
   */
  Upload(HttpServerRequest request, AsyncFile file, long most) {
    this.request = request;
    this.file = file;
    this.most = most;
  }

  /** Will complete when the file is closed: with false if the body was too large. */
  Future<Boolean> saved() {
    request.exceptionHandler(saved::tryFail);
    request.handler(this::more);
    request.endHandler(end -> saved.tryComplete(true));
    file.drainHandler(drained -> request.resume());
    request.resume();
    return saved.future().eventually(file::close);
  }

  /** Writes a chunk. Beyond the limit it only drops chunks. */
  private void more(Buffer chunk) {
    bytes += chunk.length();
    if (bytes > most) {
      saved.tryComplete(false);
      return;
    }
    file.write(chunk).onFailure(saved::tryFail);
    if (file.writeQueueFull()) {
      request.pause();
    }
  }
}
