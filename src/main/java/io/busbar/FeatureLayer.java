package io.busbar;

import io.busbar.config.Config;
import io.busbar.config.ConfigException;
import io.busbar.config.FeatureManifest;
import io.busbar.config.Permission;
import io.busbar.config.QueuesConfig;
import io.busbar.config.ServiceConfig;
import io.busbar.deploy.FeatureContents;
import io.busbar.deploy.FeatureException;
import io.busbar.deploy.FeatureHost;
import io.busbar.http.ArchivePages;
import io.busbar.http.ChangingEndpoints;
import io.busbar.http.EndpointPaths;
import io.busbar.hub.Hub;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.route.RouteEndpoint;
import io.busbar.protocol.service.ServiceProtocol;
import io.busbar.queue.Queues;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Adds to the configuration what features bring at run time, and removes it again. Endpoints and
 * permissions are owned by a context of its own, which makes one change after the other. Any thread
 * may use it.
 */
final class FeatureLayer implements FeatureHost {
  /** The path of all features' pages; the name of the feature follows. */
  private static final String PAGES = "/features/";

  private static final Pattern INDEX =
      Pattern.compile("(?:queues\\.)?(services|permissions|channels|rules|features)\\[(\\d+)]\\.?");

  /**
   * A service that a feature brought.
   *
   * @param protocol serves its clients
   */
  private record Served(ServiceProtocol protocol, List<HttpEndpoint> endpoints) {}

  private final Config config;
  private final Hub hub;
  private final Queues queues;
  private final ServiceEndpoints services;
  private final EndpointPaths paths;
  private final int largest;
  private final ChangingEndpoints endpoints = new ChangingEndpoints();
  private final Context context;
  private final Map<ServiceConfig, Served> served = new HashMap<>();

  /** The configuration whose rules of channels and queues are in force. */
  private final AtomicReference<Config> laid;

  private List<FeatureManifest> opened = List.of();
  private List<Permission> permissions;

  /**
   * @param largest the most bytes of a WebSocket message that the port accepts
   */
  FeatureLayer(
      Vertx vertx,
      Config config,
      Hub hub,
      Queues queues,
      ServiceEndpoints services,
      EndpointPaths paths,
      int largest) {
    this.config = config;
    this.hub = hub;
    this.queues = queues;
    this.services = services;
    this.paths = paths;
    this.largest = largest;
    this.context = vertx.getOrCreateContext();
    this.permissions = config.permissions();
    this.laid = new AtomicReference<>(config);
  }

  /** The endpoints of all features. */
  HttpEndpoint endpoints() {
    return endpoints;
  }

  /** The permissions of the configuration have changed to these. */
  void permissions(List<Permission> fresh) {
    context.runOnContext(
        nothing -> {
          permissions = fresh;
          updateRights();
        });
  }

  @Override
  public void check(List<FeatureContents> others, FeatureContents more) {
    Config before = config.with(manifests(others));
    try {
      List<FeatureManifest> all = new ArrayList<>(manifests(others));
      all.add(more.manifest());
      config.with(all);
    } catch (ConfigException e) {
      throw FeatureException.doesNotFit(own(before, e.key()) + " " + e.what());
    }
    more.manifest()
        .services()
        .forEach(
            service -> {
              if (services.largest(service) > largest) {
                throw FeatureException.doesNotFit(
                    "message-size of "
                        + service.path()
                        + " must be at most "
                        + largest
                        + ", as the port of this node was opened");
              }
            });
    boolean disk =
        more.manifest().queues().stream().anyMatch(rule -> rule.store() == QueuesConfig.Store.DISK);
    if (disk && !config.allQueues().isOnDisk()) {
      throw FeatureException.doesNotFit("no queue of this node is kept on disk (queues.store)");
    }
  }

  /**
   * The key as it is in the feature's own manifest, whose items came after all that were there
   * before.
   */
  private static String own(Config before, String key) {
    Matcher matcher = INDEX.matcher(key);
    if (!matcher.lookingAt()) {
      return key;
    }
    String rest = key.substring(matcher.end());
    int had =
        switch (matcher.group(1)) {
          case "services" -> before.services().size();
          case "permissions" -> before.permissions().size();
          case "channels" -> before.channels().size();
          case "rules" -> before.allQueues().rules().size();
          default -> -1;
        };
    if (had < 0) {
      return rest;
    }
    String list = matcher.group(1).equals("rules") ? "queues" : matcher.group(1);
    return list + "[" + Math.max(0, Integer.parseInt(matcher.group(2)) - had) + "]." + rest;
  }

  @Override
  public Future<Void> lay(List<FeatureContents> all) {
    Config now = config.with(manifests(all));
    Config before = laid.getAndSet(now);
    if (!now.channels().equals(before.channels())) {
      hub.channelRules(now.channels());
    }
    return now.queues().equals(before.queues())
        ? Future.succeededFuture()
        : queues.rules(now.allQueues().rules());
  }

  @Override
  public Future<Void> open(List<FeatureContents> all) {
    Promise<Void> open = Promise.promise();
    context.runOnContext(
        nothing -> {
          Config now = config.with(manifests(all));
          List<HttpEndpoint> mounted = mounted(now, all);
          paths.become(now);
          endpoints.become(mounted);
          opened = manifests(all);
          updateRights();
          close(now.services());
          open.complete();
        });
    return open.future();
  }

  private void updateRights() {
    List<Permission> all = new ArrayList<>(permissions);
    opened.forEach(each -> all.addAll(each.permissions()));
    if (!all.equals(hub.rights().rules())) {
      hub.rights().rules(all);
    }
  }

  private List<HttpEndpoint> mounted(Config now, List<FeatureContents> all) {
    List<HttpEndpoint> mounted = new ArrayList<>();
    if (all.stream().anyMatch(each -> !each.manifest().http().isEmpty())) {
      mounted.add(new RouteEndpoint(hub, now.routes(), now.sharedRoutes(), now.auth()));
    }
    for (FeatureContents each : all) {
      for (ServiceConfig service : each.manifest().services()) {
        mounted.addAll(served.computeIfAbsent(service, this::serve).endpoints());
      }
      if (!each.pages().isEmpty()) {
        mounted.add(new ArchivePages(PAGES + each.name(), each.pages()));
      }
    }
    return mounted;
  }

  private Served serve(ServiceConfig service) {
    ServiceProtocol protocol = ServiceProtocol.thatMayClose(hub, service);
    return new Served(protocol, services.of(service, protocol));
  }

  /** Ends the clients of services that no longer exist. */
  private void close(List<ServiceConfig> there) {
    served
        .entrySet()
        .removeIf(
            each -> {
              boolean over = !there.contains(each.getKey());
              if (over) {
                each.getValue().protocol().close();
              }
              return over;
            });
  }

  private static List<FeatureManifest> manifests(List<FeatureContents> all) {
    return all.stream().map(FeatureContents::manifest).toList();
  }
}
