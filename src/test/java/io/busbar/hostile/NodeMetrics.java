package io.busbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics of a node, from its admin port. Any thread may use it. */
final class NodeMetrics {
  private final HttpClient http = HttpClient.newHttpClient();
  private final BusbarProcess node;

  NodeMetrics(BusbarProcess node) {
    this.node = node;
  }

  /** The value of a series, by its whole name with labels. */
  double value(String series) {
    String metrics = get("/metrics").body();
    Matcher matcher =
        Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(metrics);
    assertThat(matcher.find()).as("%s in%n%s", series, metrics).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  boolean isReady() {
    return get("/health/ready").statusCode() == 200;
  }

  private HttpResponse<String> get(String path) {
    HttpRequest request = HttpRequest.newBuilder(node.admin().resolve(path)).build();
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
