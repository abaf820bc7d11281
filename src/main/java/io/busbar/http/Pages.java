package io.busbar.http;

import io.busbar.config.Home;
import io.busbar.protocol.HttpEndpoint;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder of pages: in the working directory, beside the jar, or in the jar. The client library
 * always comes from the jar, unless a folder outside has its own. Immutable.
 */
final class Pages implements HttpEndpoint {
  private static final String IN_THE_JAR = "webroot/";
  private static final List<String> LIBRARY =
      List.of("busbar.js", "link.js", "emitter.js", "channel.js");

  private static final String INDEX = "index.html";

  private final String folder;

  Pages(String folder) {
    this.folder = folder;
  }

  @Override
  public void mount(Router router) {
    Path found = Home.find(folder).filter(Files::isDirectory).orElse(null);
    if (found == null) {
      router.route("/*").handler(Pages::fromJar);
    } else {
      router.route().handler(from(found));
      for (String file : LIBRARY) {
        ClassPathFiles.mount(router, "/" + file, IN_THE_JAR + file);
      }
    }
  }

  private static void fromJar(RoutingContext routing) {
    HttpMethod method = routing.request().method();
    if (method != HttpMethod.GET && method != HttpMethod.HEAD) {
      routing.next();
      return;
    }
    String path = routing.pathParam("*");
    boolean isFolder = path.isEmpty() || path.endsWith("/");
    ClassPathFiles.serve(routing, IN_THE_JAR + path + (isFolder ? INDEX : ""), false);
  }

  /** An edited file is served at the next request. */
  private static Handler<RoutingContext> from(Path found) {
    String root = found.toAbsolutePath().normalize().toString();
    return StaticHandler.create(FileSystemAccess.ROOT, root)
        .setDirectoryListing(false)
        .setIncludeHidden(false)
        .setMaxAgeSeconds(0)
        .setFilesReadOnly(false)
        .setCacheEntryTimeout(1)
        .setDefaultContentEncoding("UTF-8");
  }
}
