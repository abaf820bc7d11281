package io.busbar.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.config.ChannelRule.Overflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of which source counts, and of how values are written. */
final class ConfigLoaderTest {
  @TempDir Path folder;

  private Config load(String yaml, Map<String, String> environment, String... settings) {
    try {
      Path file = Files.writeString(folder.resolve("busbar.yaml"), yaml);
      return ConfigLoader.load(file, environment, List.of(settings));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Config load(String yaml) {
    return load(yaml, Map.of());
  }

  private Config set(String... settings) {
    return load("", Map.of(), settings);
  }

  @Test
  void emptyFileLeavesTheDefaults() {
    assertThat(load("")).isEqualTo(Config.defaults());
    assertThat(load("# nothing but a comment\n")).isEqualTo(Config.defaults());
    assertThat(load("{}")).isEqualTo(Config.defaults());
  }

  @Test
  void fileOverridesTheDefaultsKeyByKey() {
    Config config = load("http:\n  port: 9000\n  websocket:\n    compression: true\n");
    assertThat(config.http().port()).isEqualTo(9000);
    assertThat(config.http().host()).isEqualTo("127.0.0.1");
    assertThat(config.http().websocket())
        .isEqualTo(
            new HttpConfig.WebSocket(
                true,
                6,
                new Size(512),
                new Size(0),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30)));
  }

  @Test
  void listReplacesTheWholeList() {
    Config config = load("permissions:\n  - address: a\n    allow: [send]\n");
    assertThat(config.permissions()).containsExactly(Permission.of("a", Action.SEND));
  }

  @Test
  void environmentOverridesTheFile() {
    Map<String, String> environment =
        Map.of(
            "BUSBAR_HTTP_PORT", "9001",
            "BUSBAR_EVENT_LOOPS", "3",
            "BUSBAR_HTTP_WEBSOCKET_PING_INTERVAL", "5s",
            "BUSBAR_HTTP_ORIGINS", "[https://a.example, https://b.example]",
            "BUSBAR_TEST_ANYTHING", "is for tests",
            "PATH", "/bin");
    Config config = load("http:\n  port: 9000\n  host: localhost\n", environment);
    assertThat(config.http().port()).isEqualTo(9001);
    assertThat(config.http().host()).isEqualTo("localhost");
    assertThat(config.eventLoops()).isEqualTo(3);
    assertThat(config.http().websocket().pingInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.http().origins()).containsExactly("https://a.example", "https://b.example");
  }

  @Test
  void lastCommandLineSettingOverridesTheEnvironment() {
    Map<String, String> environment = Map.of("BUSBAR_HTTP_PORT", "9001");
    Config config = load("", environment, "http.port=9002", "http.port=9003");
    assertThat(config.http().port()).isEqualTo(9003);
  }

  @Test
  void settingTakesListsAndMaps() {
    Config config = set("http.origins=[\"*\"]", "http={port: 1, webroot: pages}", "features=[]");
    assertThat(config.http().origins()).containsExactly("*");
    assertThat(config.http().port()).isEqualTo(1);
    assertThat(config.http().webroot()).isEqualTo("pages");
    assertThat(config.features()).isEmpty();
  }

  @Test
  void textThatLooksLikeANumberStaysTextInSettings() {
    assertThat(set("cluster.file=0123").cluster().file()).isEqualTo("0123");
    assertThat(set("cluster.file=true").cluster().file()).isEqualTo("true");
    assertThat(set("cluster.file=\"quoted\"").cluster().file()).isEqualTo("quoted");
    assertThat(set("cluster.file=a=b").cluster().file()).isEqualTo("a=b");
  }

  @Test
  void sizesMayBeNumbers() {
    assertThat(load("limits: {outbox: 2048}").limits().outbox()).isEqualTo(Size.ofKiB(2));
    assertThat(set("limits.outbox=2048").limits().outbox()).isEqualTo(Size.ofKiB(2));
    assertThat(load("socketio: {max-payload: 1e6}").socketio().maxPayload())
        .isEqualTo(new Size(1_000_000));
    assertThat(set("socketio.max-payload=1e6").socketio().maxPayload())
        .isEqualTo(new Size(1_000_000));
  }

  @Test
  void enumsAreKebabCaseInAnyLetterCase() {
    Config config = load("channels: [{address: a, overflow: Drop-Oldest}]\nlog: {level: WARNING}");
    assertThat(config.channels().get(0).overflow()).isEqualTo(Overflow.DROP_OLDEST);
    assertThat(config.log().level()).isEqualTo(LogConfig.Level.WARNING);
  }

  @Test
  void missingKeysOfListElementsHaveDefaults() {
    Config config =
        load(
            "services: [{path: /a, address: a}]\n"
                + "features: [{verticle: V}]\n"
                + "channels: [{address: a}]");
    assertThat(config.services()).containsExactly(ServiceConfig.of("/a", "a", ""));
    assertThat(config.services().get(0).websocket()).isTrue();
    assertThat(config.features()).containsExactly(FeatureConfig.of("V"));
    assertThat(config.channels()).containsExactly(ChannelRule.of("a", Overflow.DISCONNECT, ""));
  }

  @Test
  void nullInAListElementMeansTheDefault() {
    Config config = load("services: [{path: /a, address: a, heartbeat: null, websocket: ~}]");
    assertThat(config.services()).containsExactly(ServiceConfig.of("/a", "a", ""));
  }

  @Test
  void configOfAFeatureIsKeptUnchanged() {
    Config config = load("features: [{verticle: V, config: {a: [1, null], b.c: {d: x, e: 1.5}}}]");
    assertThat(config.features().get(0).config()).hasToString("{a=[1, null], b.c={d=x, e=1.5}}");
  }

  @Test
  void writtenConfigReadsBackAsTheSame() {
    Config config =
        load(
            """
            http: {origins: ["*", "https://a.example"], request-timeout: 1500ms}
            limits: {outbox: 1GiB, message-size: 1000}
            services:
              - {path: /a, address: "123", channel: "true", websocket: false, engineio: true,
                 heartbeat: 2h, streaming-limit: 4KiB, cookie-needed: true, message-size: 1MiB,
                 transports: [websocket, xhr-polling]}
              - {path: /b, address: "~", channel: "null"}
              - {path: /c, address: "#", channel: "- a: b #c"}
              - {path: /d, address: "0x1F", channel: "yes"}
              - {path: /e, address: "1e3", channel: "a\\nb "}
              - {path: /f, address: "@a", channel: "012"}
              - {path: /g, address: "=", channel: "2001-01-01"}
            features:
              - verticle: V
                instances: 2
                config: {"1": null, x: ["", "no"], y: 1.50}
                http: [{path: /v/*, methods: [POST, get], address: v, login: required}]
            channels: [{address: "#", overflow: drop-oldest}]
            """);
    assertThat(load(ConfigLoader.write(config))).isEqualTo(config);
    assertThat(load(ConfigLoader.write(Config.defaults()))).isEqualTo(Config.defaults());
  }

  @Test
  void writtenConfigHidesSecrets() {
    Config config =
        load(
            """
            features:
              - verticle: V
                config:
                  password: hunter2
                  apiToken: [hunter2, {deep: hunter2}]
                  url: amqp://guest:hunter2@localhost/
                  PASSCODE: 2
                  user: guest
            webhooks:
              - url: http://h/
                secret: [whsec_hunter2hunter2hunter2hunter2hunt, whsec_hunter2hunter2hunter2hunter2hunt]
                events: [message]
            """);
    assertThat(ConfigLoader.write(config))
        .doesNotContain("hunter2")
        .contains(
            "password: '***'", "amqp://guest:***@localhost/", "PASSCODE: '***'", "user: guest");
    assertThat(config.toString()).doesNotContain("whsec_");
  }
}
