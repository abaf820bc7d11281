package io.busbar.http;

import io.busbar.protocol.HttpEndpoint;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;
import org.webjars.WebJarVersionLocator;

/**
 * The client libraries in the jar: {@code /webjars/NAME/FILE}, or {@code
 * /webjars/NAME/VERSION/FILE}, which browsers then keep for ever. Owned by the event loop of its
 * router.
 */
public final class WebJars implements HttpEndpoint {
  private static final String FOLDER = WebJarVersionLocator.WEBJARS_PATH_PREFIX + "/";

  private final WebJarVersionLocator locator;

  public WebJars() {
    this(new WebJarVersionLocator());
  }

  WebJars(WebJarVersionLocator locator) {
    this.locator = locator;
  }

  @Override
  public void mount(Router router) {
    router.route("/webjars/*").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::serve);
  }

  private void serve(RoutingContext routing) {
    String[] path = routing.pathParam("*").split("/", 2);
    String version = path.length < 2 ? null : version(path[0]);
    if (version == null) {
      routing.next();
      return;
    }
    boolean versioned = path[1].startsWith(version + "/");
    String file = versioned ? path[1] : version + "/" + path[1];
    ClassPathFiles.serve(routing, FOLDER + path[0] + "/" + file, versioned);
  }

  /** The locator stores each name that it is asked for, so only names of libraries go there. */
  private @Nullable String version(String name) {
    boolean isThere = WebJars.class.getClassLoader().getResource(FOLDER + name) != null;
    return isThere ? locator.version(name) : null;
  }
}
