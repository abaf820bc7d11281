package io.busbar.admin;

import static java.util.Map.entry;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.MimeMapping;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * Files of the jar, at paths of the admin port: nothing of the working directory, nothing else of
 * the jar.
 */
final class ClassPathFiles {
  private static final Map<String, String> FILES =
      Map.ofEntries(
          entry("/api/openapi.yaml", "openapi.yaml"),
          entry("/console/", "console/index.html"),
          entry("/console/console.js", "console/console.js"),
          entry("/console/rates.js", "console/rates.js"),
          entry("/console/dom.js", "webroot/dom.js"),
          entry("/console/emitter.js", "webroot/emitter.js"),
          entry("/console/link.js", "webroot/link.js"),
          entry("/console/moving-chart.js", "webroot/moving-chart.js"),
          entry("/console/transports.js", "webroot/transports.js"),
          entry("/console/style.css", "webroot/style.css"),
          entry("/console/favicon.svg", "webroot/favicon.svg"));

  void mount(Router router) {
    router.get("/").handler(ClassPathFiles::toConsole);
    FILES.forEach((path, file) -> router.get(path).handler(routing -> serve(routing, file)));
    router.get("/console").handler(ClassPathFiles::toConsole);
  }

  private static void toConsole(RoutingContext routing) {
    routing.response().setStatusCode(302).putHeader(HttpHeaders.LOCATION, "/console/").end();
  }

  private static void serve(RoutingContext routing, String file) {
    routing
        .vertx()
        .executeBlocking(() -> load(file), false)
        .onSuccess(
            bytes ->
                routing
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, type(file))
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                    .end(bytes))
        .onFailure(routing::fail);
  }

  private static Buffer load(String file) throws IOException {
    try (InputStream stream = ClassPathFiles.class.getClassLoader().getResourceAsStream(file)) {
      if (stream == null) {
        throw new IOException(file + " is not in the jar");
      }
      return Buffer.buffer(stream.readAllBytes());
    }
  }

  private static String type(String file) {
    if (file.endsWith(".yaml")) {
      return "application/yaml; charset=utf-8";
    }
    return MimeMapping.mimeTypeForFilename(file) + (file.endsWith(".svg") ? "" : "; charset=utf-8");
  }
}
