package io.busbar.http;

import io.busbar.config.Home;
import io.busbar.protocol.HttpEndpoint;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of pages: in the working directory, beside the jar, or in the jar. */
final class Pages implements HttpEndpoint {
  private static final String IN_THE_JAR = "webroot";

  private final String folder;

  Pages(String folder) {
    this.folder = folder;
  }

  @Override
  public void mount(Router router) {
    router
        .route()
        .handler(
            handler()
                .setDirectoryListing(false)
                .setIncludeHidden(false)
                .setMaxAgeSeconds(0)
                .setDefaultContentEncoding("UTF-8"));
  }

  private StaticHandler handler() {
    Path found = Home.find(folder).filter(Files::isDirectory).orElse(null);
    if (found != null) {
      String root = found.toAbsolutePath().normalize().toString();
      return StaticHandler.create(FileSystemAccess.ROOT, root);
    }
    return StaticHandler.create(FileSystemAccess.RELATIVE, IN_THE_JAR);
  }
}
