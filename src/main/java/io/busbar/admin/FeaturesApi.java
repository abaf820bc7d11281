package io.busbar.admin;

import io.busbar.config.FeatureConfig;
import io.busbar.deploy.Deployments;
import io.busbar.deploy.FeatureException;
import io.busbar.deploy.ScriptArchive;
import io.busbar.protocol.Client;
import io.busbar.protocol.RequestBody;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/features}: lists, deploys and undeploys features while the node runs. Used by the
 * admin verticle's event loop.
 */
final class FeaturesApi {
  private static final String FEATURES = "/api/features";
  private static final String TOO_LARGE = "the archive is larger than deploy.size";

  private final Vertx vertx;
  private final Deployments deployments;
  private final List<FeatureConfig> configured;

  /**
   * @param configured the features that started with the node
   */
  FeaturesApi(Vertx vertx, Deployments deployments, List<FeatureConfig> configured) {
    this.vertx = vertx;
    this.deployments = deployments;
    this.configured = configured;
  }

  void mount(Router router) {
    router.get(FEATURES).handler(this::list);
    router.post(FEATURES).handler(this::deploy);
    router.delete(FEATURES + "/:name").handler(this::undeploy);
  }

  private void list(RoutingContext routing) {
    deployments
        .list()
        .onSuccess(all -> Answers.json(routing, 200, all.put("configured", configured())))
        .onFailure(routing::fail);
  }

  /** Returns the features of the configuration, without their settings, which may be secret. */
  private JsonArray configured() {
    JsonArray all = new JsonArray();
    configured.forEach(
        each ->
            all.add(
                new JsonObject()
                    .put("verticle", each.verticle())
                    .put("instances", each.instances())));
    return all;
  }

  private void deploy(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    if (RequestBody.declared(request) > deployments.mostBytes()) {
      Answers.error(routing, 413, TOO_LARGE);
      return;
    }
    request.pause();
    vertx
        .fileSystem()
        .createTempFile("busbar-", ".upload")
        .onSuccess(file -> save(routing, file))
        .onFailure(routing::fail);
  }

  private void save(RoutingContext routing, String file) {
    HttpServerRequest request = routing.request();
    vertx
        .fileSystem()
        .open(file, new OpenOptions().setWrite(true))
        .compose(out -> new Upload(request, out, deployments.mostBytes()).saved())
        .onSuccess(
            whole -> {
              if (whole) {
                deploy(routing, Path.of(file));
              } else {
                vertx.fileSystem().delete(file);
                Answers.error(routing, 413, TOO_LARGE);
              }
            })
        .onFailure(
            e -> {
              vertx.fileSystem().delete(file);
              routing.fail(e);
            });
  }

  private void deploy(RoutingContext routing, Path file) {
    Deployments.DeployOptions options =
        new Deployments.DeployOptions(
            routing.queryParams().get("name"),
            routing.queryParams().get("config"),
            "true".equals(routing.queryParams().get("all")),
            Client.remoteAddress(routing.request()));
    packed(file, routing.queryParams().get("script"))
        .compose(archive -> deployments.deploy(archive, options))
        .onSuccess(running -> Answers.json(routing, 200, running))
        .onFailure(e -> refuse(routing, e));
  }

  private static void refuse(RoutingContext routing, Throwable cause) {
    if (cause instanceof FeatureException refused) {
      Answers.error(routing, refused.isConflict() ? 409 : 422, refused.getMessage());
    } else {
      routing.fail(cause);
    }
  }

  /**
   * Will return the archive to deploy. A script that came without one is packed into an archive.
   *
   * @param script file name of the script; null if the upload is an archive
   */
  private Future<Path> packed(Path upload, @Nullable String script) {
    if (script == null) {
      return Future.succeededFuture(upload);
    }
    return vertx
        .executeBlocking(
            () -> {
              ScriptArchive.pack(upload, script);
              return upload;
            },
            false)
        .onFailure(e -> vertx.fileSystem().delete(upload.toString()));
  }

  private void undeploy(RoutingContext routing) {
    String name = routing.pathParam("name");
    deployments
        .undeploy(name, Client.remoteAddress(routing.request()))
        .onSuccess(
            was -> {
              if (was) {
                Answers.json(routing, 200, new JsonObject().put("undeployed", name));
              } else {
                Answers.error(routing, 404, "no feature of that name was deployed");
              }
            })
        .onFailure(e -> refuse(routing, e));
  }
}
