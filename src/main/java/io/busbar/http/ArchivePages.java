package io.busbar.http;

import io.busbar.protocol.HttpEndpoint;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.TreeMap;

/** The pages in the archive of a feature, served from memory below a path of its own. Immutable. */
public final class ArchivePages implements HttpEndpoint {
  private static final String INDEX = "index.html";

  private final String base;
  private final Map<String, ClassPathFile> files = new TreeMap<>();

  /**
   * @param base path of the pages, without a slash at its end
   * @param contents files by their relative names
   */
  public ArchivePages(String base, Map<String, byte[]> contents) {
    this.base = base;
    contents.forEach((name, content) -> files.put(name, ClassPathFile.of(name, content)));
  }

  @Override
  public void mount(Router router) {
    router.route(base + "/*").handler(this::serve);
  }

  private void serve(RoutingContext routing) {
    HttpMethod method = routing.request().method();
    String path = routing.normalizedPath();
    if (method != HttpMethod.GET && method != HttpMethod.HEAD) {
      routing.next();
    } else if (path.equals(base)) {
      BelowBasePath.redirect(routing, base + "/");
    } else {
      String name = path.substring(base.length() + 1);
      boolean isFolder = name.isEmpty() || name.endsWith("/");
      ClassPathFile file = files.get(isFolder ? name + INDEX : name);
      if (file == null) {
        routing.next();
      } else {
        new FileAnswer(routing, file).send("no-cache");
      }
    }
  }
}
