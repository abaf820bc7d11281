package io.busbar.http;

import io.busbar.protocol.HttpEndpoint;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.MimeMapping;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.webjars.WebJarVersionLocator;

/** Client libraries from the jar, without their versions: {@code /webjars/NAME/FILE}. */
public final class WebJars implements HttpEndpoint {
  private static final String PREFIX = "/webjars/";
  private static final Map<String, Buffer> LOADED = new ConcurrentHashMap<>();

  private final WebJarVersionLocator locator = new WebJarVersionLocator();

  @Override
  public void mount(Router router) {
    router.route(HttpMethod.GET, PREFIX + "*").handler(this::serve);
  }

  private void serve(RoutingContext routing) {
    String path = routing.normalizedPath().substring(PREFIX.length());
    int slash = path.indexOf('/');
    String found =
        slash < 1 ? null : locator.path(path.substring(0, slash), path.substring(slash + 1));
    if (found == null || path.contains("..")) {
      routing.next();
      return;
    }
    routing
        .vertx()
        .executeBlocking(() -> load(found), false)
        .onSuccess(
            file ->
                routing
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, type(path))
                    .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=3600")
                    .end(file))
        .onFailure(routing::fail);
  }

  private static String type(String path) {
    String type = MimeMapping.mimeTypeForFilename(path);
    return type == null ? "application/octet-stream" : type;
  }

  private static Buffer load(String path) {
    return LOADED.computeIfAbsent(
        path,
        resource -> {
          String name = WebJarVersionLocator.WEBJARS_PATH_PREFIX + "/" + resource;
          try (InputStream stream = WebJars.class.getClassLoader().getResourceAsStream(name)) {
            return Buffer.buffer(stream.readAllBytes());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
