package io.busbar.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.webjars.WebJarVersionLocator;

/** Tests of how WebJars use the library that finds versions. */
final class WebJarsTest {
  /** The library stores each name that it is asked for. */
  @Test
  void unknownLibraryNameIsNotKept() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    WebJarVersionLocator locator =
        new WebJarVersionLocator() {
          @Override
          public String version(String name) {
            asked.add(name);
            return super.version(name);
          }
        };
    Vertx vertx = Vertx.vertx();
    try {
      Router router = Router.router(vertx);
      new WebJars(locator).mount(router);
      HttpServer server =
          TestGateway.await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
      String root = "http://127.0.0.1:" + server.actualPort() + "/webjars/";
      for (String path : List.of("nobody/x.js", "a..b/x.js", "%C3%A4/x.js", "", "x")) {
        assertThat(status(root + path)).as(path).isEqualTo(404);
      }
      assertThat(asked).isEmpty();
      assertThat(status(root + "chart.js/dist/chart.umd.js")).isEqualTo(200);
      assertThat(asked).containsExactly("chart.js");
    } finally {
      TestGateway.await(vertx.close());
    }
  }

  private static int status(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
