package io.busbar.rabbitmq;

import io.busbar.FreePort;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.qpid.server.SystemLauncher;

/**
 * Apache Qpid Broker-J inside the JVM of the tests, for machines without a rabbitmq-server. Used by
 * one thread.
 */
final class QpidBroker {
  private static Broker shared;

  private QpidBroker() {}

  /** The running broker that all tests of this run share. It ends with the JVM. */
  static Broker shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  private static Broker start() {
    int port = FreePort.find();
    try {
      Path file = Files.createTempFile("busbar-qpid", ".json");
      Path none = Files.createTempFile("busbar-qpid", ".properties");
      file.toFile().deleteOnExit();
      none.toFile().deleteOnExit();
      Files.writeString(file, configuration(port).encode());
      SystemLauncher launcher = new SystemLauncher();
      launcher.startup(
          Map.of(
              "type",
              "Memory",
              "startupLoggedToSystemOut",
              false,
              "initialConfigurationLocation",
              file.toUri().toString(),
              "initialSystemPropertiesLocation",
              none.toUri().toString()));
      Runtime.getRuntime().addShutdownHook(new Thread(launcher::shutdown));
    } catch (Exception e) {
      throw new AssertionError("Broker-J does not start", e);
    }
    return new Broker("amqp://guest:guest@127.0.0.1:" + port + "/default", false);
  }

  private static JsonObject configuration(int port) {
    JsonObject user = named("guest", "managed").put("password", "guest");
    JsonObject logins =
        named("plain", "Plain")
            .put("secureOnlyMechanisms", new JsonArray())
            .put("users", new JsonArray().add(user));
    JsonObject amqp =
        named("amqp", "AMQP")
            .put("port", port)
            .put("bindingAddress", "127.0.0.1")
            .put("authenticationProvider", "plain")
            .put("protocols", new JsonArray().add("AMQP_0_9_1"))
            .put("virtualhostaliases", new JsonArray().add(named("name", "nameAlias")));
    JsonObject host =
        named("default", "Memory")
            .put("defaultVirtualHostNode", true)
            .put("virtualHostInitialConfiguration", "{\"type\":\"Memory\"}");
    return new JsonObject()
        .put("name", "busbar")
        .put("modelVersion", "9.1")
        .put("authenticationproviders", new JsonArray().add(logins))
        .put("ports", new JsonArray().add(amqp))
        .put("virtualhostnodes", new JsonArray().add(host));
  }

  private static JsonObject named(String name, String type) {
    return new JsonObject().put("name", name).put("type", type);
  }
}
