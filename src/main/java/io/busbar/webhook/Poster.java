package io.busbar.webhook;

import io.busbar.config.WebhookConfig;
import io.busbar.webhook.WebhookCounters.Failure;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Posts one request after the other to one endpoint, over a connection of its own. Only the status
 * decides. The body of the answer is read up to a limit and ignored. Owned by the verticle's event
 * loop.
 */
final class Poster {
  private static final int MOST_ANSWER = 64 << 10;

  /**
   * The client closes an idle connection before the server may. Some servers do it after five
   * seconds.
   */
  private static final int IDLE_SECONDS = 4;

  private final Vertx vertx;
  private final WebhookConfig config;
  private final RequestFormat format;
  private final HttpClient client;

  Poster(Vertx vertx, WebhookConfig config, RequestFormat format) {
    this.vertx = vertx;
    this.config = config;
    this.format = format;
    HttpClientOptions options =
        new HttpClientOptions()
            .setKeepAliveTimeout(IDLE_SECONDS)
            .setConnectTimeout((int) config.timeout().toMillis());
    if (!config.trust().isEmpty()) {
      if (!Files.isReadable(Path.of(config.trust()))) {
        String trust = config.trust();
        throw new IllegalArgumentException(config + ": trust: cannot read the file " + trust);
      }
      options.setTrustOptions(new PemTrustOptions().addCertPath(config.trust()));
    }
    this.client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(1));
  }

  Future<Void> close() {
    return client.close();
  }

  /** Completes within the timeout and never fails. */
  Future<Outcome> post(String id, Buffer body) {
    Posted posted = new Posted();
    posted.timer = vertx.setTimer(config.timeout().toMillis(), timer -> posted.tooLate());
    client
        .request(options(id, body))
        .compose(request -> posted.send(request, body))
        .onSuccess(posted::answered)
        .onFailure(posted::failed);
    return posted.outcome.future();
  }

  private RequestOptions options(String id, Buffer body) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(config.url())
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .putHeader(HttpHeaders.USER_AGENT, "Busbar");
    format.sign(options, id, body);
    return options;
  }

  /** An open request. */
  private final class Posted {
    private final Promise<Outcome> outcome = Promise.promise();
    private long timer;
    private @Nullable HttpClientRequest request;
    private @Nullable Outcome byStatus;
    private long bytes;

    private Future<HttpClientResponse> send(HttpClientRequest connected, Buffer body) {
      request = connected;
      if (outcome.future().isComplete()) {
        connected.reset();
      }
      return connected.send(body);
    }

    private void answered(HttpClientResponse response) {
      String retryAfter = response.getHeader(HttpHeaders.RETRY_AFTER);
      Outcome answer = Outcome.of(response.statusCode(), retryAfter);
      byStatus = answer;
      response
          .handler(
              chunk -> {
                bytes += chunk.length();
                if (bytes > MOST_ANSWER) {
                  response.request().reset();
                  end(answer);
                }
              })
          .endHandler(nothing -> end(answer))
          .exceptionHandler(cut -> end(answer));
    }

    private void failed(Throwable why) {
      boolean late = why instanceof ConnectTimeoutException;
      end(Outcome.failed(late ? Failure.TIMEOUT : Failure.CONNECTION, words(why)));
    }

    private void tooLate() {
      String words = "it does not answer within " + config.timeout().toMillis() + " ms";
      end(byStatus == null ? Outcome.failed(Failure.TIMEOUT, words) : byStatus);
      if (request != null) {
        request.reset();
      }
    }

    private void end(Outcome known) {
      vertx.cancelTimer(timer);
      outcome.tryComplete(known);
    }
  }

  private static String words(Throwable why) {
    String message = why.getMessage();
    return message == null ? why.getClass().getSimpleName() : message;
  }
}
