package io.busbar.protocol.route;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.config.ConfigException;
import io.busbar.config.ConfigLoader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which routes of features may stand in the config. */
final class RouteConfigTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {path: /eventbus, address: a}   | features[0].http[0].path is the path of the bridge, too
          {path: /eventbus/x, address: a} | features[0].http[0].path is the path of the bridge, too
          {path: /stomp/*, address: a}    | features[0].http[0].path is the path of STOMP, too
          {path: /events, address: a}     | features[0].http[0].path is the path of server-sent events, too
          {path: /socket.io, address: a}  | features[0].http[0].path is the path of Socket.IO, too
          {path: /chat, address: a}       | features[0].http[0].path is given to services[1].path
          {path: /chat, methods: [post, get], address: a} | features[0].http[0].path is given to services[1].path
          {path: /chat, methods: [post, head], address: a} | features[0].http[0].path is given to services[1].path
          {path: /chat/*, methods: [post], address: a} | features[0].http[0].path is given to services[1].path
          {path: /chat/x, methods: [post], address: a} | features[0].http[0].path is given to services[1].path
          {path: /eventbus, methods: [post], address: a} | features[0].http[0].path is the path of the bridge, too
          {path: /app, methods: [post], address: a} | features[0].http[0].path is the path of Pusher, too
          {path: /webjars/*, address: a}  | features[0].http[0].path is the path of the gateway's own libraries, too
          {path: /a, address: a}, {path: /a, address: b} | features[0].http[1].path is that of features[0].http[0], too
          {path: a, address: a}           | features[0].http[0].path must be a path like /chat
          {path: /*, address: a}          | features[0].http[0].path must be a path like /chat
          {path: /a/*/b, address: a}      | features[0].http[0].path must be a path like /chat
          {path: /a, address: busbar.x}   | features[0].http[0].address must not be one of the gateway's own
          {path: /a, address: __vertx.x}  | features[0].http[0].address must not be one of the gateway's own
          {path: /a, address: ''}         | features[0].http[0].address must not be empty
          {path: /a}                      | features[0].http[0].address is missing
          {path: /a, address: a, methods: [CONNECT]} | features[0].http[0].methods[0] must be get, head, post, put, patch or delete
          {path: /a, address: a, methods: []} | features[0].http[0].methods must not be empty
          {path: /a, address: a, timeout: 0s} | features[0].http[0].timeout must be longer than 0
          {path: /a, address: a, max-body: 65MiB} | features[0].http[0].max-body must be from 0 to 64MiB
          {path: /a, address: a, login: maybe} | features[0].http[0].login must be optional or required
          """)
  void invalidRouteIsAConfigError(String route, String words) {
    assertThatThrownBy(() -> load("[{verticle: V, http: [" + route + "]}]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(words);
  }

  @Test
  void routeWithoutGetMayShareThePathOfAService() {
    load("[{verticle: V, http: [{path: /chat, methods: [post, put, patch, delete], address: a}]}]");
  }

  @Test
  void engineIoServiceDoesNotShareItsPath() {
    String route = "features=[{verticle: V, http: [{path: /e, methods: [post], address: a}]}]";
    String service = "services=[{path: /e, address: b, engineio: %s}]";
    ConfigLoader.load(null, Map.of(), List.of(route, service.formatted(false)));
    assertThatThrownBy(
            () -> ConfigLoader.load(null, Map.of(), List.of(route, service.formatted(true))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("features[0].http[0].path is given to services[0].path");
  }

  @Test
  void twoFeaturesDoNotShareAPath() {
    assertThatThrownBy(
            () ->
                load(
                    "[{verticle: V, http: [{path: /a/*, address: a}]},"
                        + " {verticle: W, http: [{path: /a, address: a}, {path: /a/*, address: b}]}]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "features[1].http[1].path is that of features[0].http[0], too, not \"/a/*\"");
  }

  private static void load(String features) {
    ConfigLoader.load(null, Map.of(), List.of("features=" + features));
  }
}
