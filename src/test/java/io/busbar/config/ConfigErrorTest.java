package io.busbar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the errors for a wrong configuration. */
final class ConfigErrorTest {
  @TempDir Path folder;

  private String error(Path file, Map<String, String> environment, String... settings) {
    ConfigException thrown =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigLoader.load(file, environment, List.of(settings)));
    assertThat(thrown).as("a refusal").isNotNull();
    assertThat(thrown.getMessage()).doesNotContain("\n");
    return thrown.getMessage().replace(folder + "/", "");
  }

  private String errorInFile(String yaml) {
    try {
      return error(Files.writeString(folder.resolve("b.yaml"), yaml), Map.of());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String errorInSetting(String... settings) throws IOException {
    return error(Files.writeString(folder.resolve("empty.yaml"), ""), Map.of(), settings);
  }

  private String errorInEnvironment(String name, String value) throws IOException {
    return error(Files.writeString(folder.resolve("empty.yaml"), ""), Map.of(name, value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {role: r}                            | workers[0].address is missing
          {address: "a.*"}                     | workers[0].address must be one address, without wildcards
          {address: busbar.a}                  | workers[0].address must not begin with busbar.
          {address: a, concurrency: 1001}      | workers[0].concurrency must be from 1 to 1000
          {address: a, waiting: -1}            | workers[0].waiting must be from 0 to 100000
          {address: a, timeout: 0s}            | workers[0].timeout must be longer than 0
          {address: a, timeout: 25h}           | workers[0].timeout must be 24h at most
          {address: a}, {address: a}           | workers[1].address is that of workers[0].address, too
          """)
  void invalidWorkersAreNamed(String yaml, String message) {
    assertThat(errorInFile("workers: [" + yaml + "]")).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          uri: http://h          | rabbitmq.uri[0] must be like amqp://user:password@host:5672/%2F
          uri: []                | rabbitmq.uri must not be empty, not a list
          heart-beat: 0s         | rabbitmq.heart-beat must be from 1 to 3600
          routes: [{queue: q}]   | rabbitmq.routes[0].address is missing
          routes: [{address: a}] | rabbitmq.routes[0].queue is missing (to consume), or else exchange or routing-key (to publish)
          routes: [{address: a, binding: k}] | rabbitmq.routes[0].binding needs the exchange that is bound
          routes: [{address: a, queue: q, exchange: x}] | rabbitmq.routes[0].binding is missing; "" binds all
          routes: [{address: a, queue: q, routing-key: k}] | rabbitmq.routes[0].routing-key is for routes without queue and binding
          routes: [{address: "{routing-key}", routing-key: k}] | rabbitmq.routes[0].address has no parts in braces on the way out
          routes: [{address: a, queue: q, deliver: ask}] | rabbitmq.routes[0].deliver must be publish, send, request or queue
          routes: [{address: a, queue: q, offset: first}] | rabbitmq.routes[0].offset is for a queue with arguments: {x-queue-type: stream}
          routes: [{address: a, queue: q, arguments: {x-queue-type: stream}, offset: soon}] | rabbitmq.routes[0].offset must be first, last, next, stored, a number or a time
          uri: amqp://u:12/3@h   | rabbitmq.uri[0] must be like amqp://user:password@host:5672/%2F, with % for what a URI cannot hold
          routes: [{address: a, queue: q, prefetch: 0}] | rabbitmq.routes[0].prefetch must be from 1 to 65535
          routes: [{address: a, queue: q, declare: some}] | rabbitmq.routes[0].declare must be all, queue or none
          routes: [{address: a, queue: q, run: twice}] | rabbitmq.routes[0].run must be every-node or one-node
          routes: [{address: a, queue: q, dead-letter: {}}] | rabbitmq.routes[0].dead-letter.routing-key is missing
          routes: [{address: a, queue: q, dead-leter: {}}] | rabbitmq.routes[0].dead-leter is not a known key
          routes: [{address: a, routing-key: k, buffer: {messages: 0}}] | rabbitmq.routes[0].buffer.messages must be from 1 to
          routes: [{address: a, queue: q}, {address: a, queue: q}] | rabbitmq.routes[1].name is that of routes[0], too; give one of them a name
          """)
  void invalidRouteIsNamed(String yaml, String message) {
    assertThat(errorInFile("rabbitmq: {" + yaml + "}")).startsWith("b.yaml:1: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [{secret: S, events: [message]}] | [0].url is missing
          [{url: 'http://h', events: [message]}] | [0].secret is missing
          [{url: 'http://h', secret: S}] | [0].events is missing
          [{url: ftp://h, secret: S, events: [message]}] | [0].url must be like https://example.com/hook, not "ftp://h"
          [{url: 'http:h', secret: S, events: [message]}] | [0].url must be like https://example.com/hook, not "http:h"
          [{url: 'http://h h', secret: S, events: [message]}] | [0].url must be like https://example.com/hook, not "http://h h"
          [{url: 'http://u:open@h', secret: S, events: [message]}] | [0].url must be like https://example.com/hook, without a user, not "http://u:***@h"
          [{url: 'http://h/#a', secret: S, events: [message]}] | [0].url must be like https://example.com/hook, without a #
          [{url: 'http://h', secret: [], events: [message]}] | [0].secret must not be empty
          [{url: 'http://h', secret: open, events: [message]}] | [0].secret[0] must be like whsec_… with 24 to 64 bytes in base64
          [{url: 'http://h', secret: [S, whsec_b3Blbg==], events: [message]}] | [0].secret[1] must be like whsec_…
          [{url: 'http://h', secret: S, events: []}] | [0].events must name some of channel_occupied, channel_vacated,
          [{url: 'http://h', secret: S, events: [joined]}] | [0].events[0] must be channel_occupied, channel_vacated,
          [{url: 'http://h', secret: S, events: [message], give-up: 0s}] | [0].give-up must be from 1ms to 1d
          [{url: 'http://h', secret: S, events: [message], timeout: 2m}] | [0].timeout must be from 1ms to 1m
          [{url: 'http://h', secret: S, events: [message], name: a b}] | [0].name must be letters, digits, -, _ and .
          [{url: 'http://h', secret: S, events: [message], retries: 5}] | [0].retries is not a known key
          [{url: 'http://h/a', secret: S, events: [message]}, {url: 'http://h/b', secret: S, events: [message]}] | [1].name is that of webhooks[0], too; give one of them a name
          """)
  void invalidWebhookIsNamedWithoutItsSecret(String yaml, String message) {
    String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    String written =
        yaml.replace("secret: S", "secret: " + secret).replace("[S,", "[" + secret + ",");
    assertThat(errorInFile("webhooks: " + written))
        .startsWith("b.yaml:1: webhooks" + message)
        .doesNotContain("MfKQ")
        .doesNotContain("open,")
        .doesNotContain("b3Bl");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          path: app                    | path must be a path like /chat, not "app"
          api: /app                    | api is the path of its clients, too, not "/app"
          activity-timeout: 10ms       | activity-timeout must be from 1000 to 3600000, not "10ms"
          apps: [{id: a, secret: open}] | apps[0].key is missing
          apps: [{id: a, key: b, webhooks: [{url: 'http://h', events: [member_added]}]}] | apps[0].webhooks are signed with the app's secret
          apps: [{id: a b, key: b, secret: open}] | apps[0].id must be letters, digits, - and _ (64 at most), not "a b"
          apps: [{id: a, key: "", secret: open}] | apps[0].key must be letters, digits, - and _ (64 at most), not ""
          apps: [{id: a, key: b, secret: ""}] | apps[0].secret must not be empty
          apps: [{id: a, key: b, secret: open, address: x}] | apps[0].address must have {channel} once, as in {app}.{channel}, not "x"
          apps: [{id: a, key: b, secret: open, address: "{channel}{channel}"}] | apps[0].address must have {channel} once
          apps: [{id: a, key: b, secret: open, address: "{channel}.#"}] | apps[0].address must have {channel} once
          apps: [{id: a, key: b, secret: open, limits: {channels: 0}}] | apps[0].limits.channels must be from 1 to 100000, not 0
          apps: [{id: a, key: b, secret: open, limits: {event-size: 1}}] | apps[0].limits.event-size must be from 128 to 16MiB, not 1
          apps: [{id: a, key: b, secret: open, webhooks: [{url: x, events: [member_added]}]}] | apps[0].webhooks[0].url must be like
          apps: [{id: a, key: b, secret: open, webhooks: [{url: 'http://h', events: [x]}]}] | apps[0].webhooks[0].events[0] must be channel_occupied,
          apps: [{id: a, key: b, secret: open}, {id: a, key: c, secret: open}] | apps[1].id is that of another app, too, not "a"
          apps: [{id: a, key: b, secret: open}, {id: c, key: b, secret: open}] | apps[1].key is that of another app, too, not "b"
          """)
  void invalidPusherAppIsNamedWithoutItsSecret(String yaml, String message) {
    assertThat(errorInFile("pusher:\n  " + yaml))
        .startsWith("b.yaml:2: pusher." + message)
        .doesNotContain("open");
  }

  @Test
  void pusherPathsAreReservedOnlyWithAnApp() {
    String service = "services: [{path: /app, address: a}]";
    String app = "pusher: {apps: [{id: a, key: b, secret: open}]}";
    assertThat(errorInFile(app + "\n" + service))
        .contains("services[0].path is the path of Pusher, too");
    assertThat(
            ConfigLoader.load(
                null, Map.of(), List.of("pusher.apps=[]", "services=[{path: /app, address: a}]")))
        .isNotNull();
  }

  @Test
  void diskStoreOfAWebhookNeedsASingleNode() throws IOException {
    String webhook =
        "webhooks=[{url: 'http://h', secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, events:"
            + " [message], store: disk}]";
    assertThat(errorInSetting(webhook, "cluster.enabled=true"))
        .contains("webhooks[0].store disk is");
  }

  @Test
  void passwordOfAnInvalidUriIsNotShown() {
    assertThat(errorInFile("rabbitmq: {uri: 'amqp://u:sesame@h h'}")).doesNotContain("sesame");
    assertThat(errorInFile("rabbitmq: {uri: 'mqtt://u:sesame@h'}")).doesNotContain("sesame");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          htp: {port: 1}           | b.yaml:1: htp is not a known key; did you mean http?
          http: {prot: 1}          | b.yaml:1: http.prot is not a known key; did you mean http.port?
          port: 1                  | b.yaml:1: port is not a known key; did you mean http.port?
          http: {ping-interval: 1} | b.yaml:1: http.ping-interval is not a known key; did you mean http.websocket.ping-interval?
          http.port: 1             | b.yaml:1: http.port must be written as keys below one another, without dots
          shutdown: {quickly: 1}   | b.yaml:1: shutdown.quickly is not a known key; known are shutdown.pause, shutdown.spread, shutdown.timeout
          permissions: [{adress: a}] | b.yaml:1: permissions[0].adress is not a known key; did you mean permissions[0].address?
          """)
  void unknownKeyErrorNamesTheNearestKey(String yaml, String message) {
    assertThat(errorInFile(yaml)).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          http: {port: abc}         | b.yaml:1: http.port must be a whole number, not "abc"
          http: {port: "80"}        | b.yaml:1: http.port must be a whole number, not "80"
          http: {port: 80.5}        | b.yaml:1: http.port must be a whole number, not 80.5
          http: {port: 70000}       | b.yaml:1: http.port must be from 0 to 65535, not 70000
          http: {port: 99999999999} | b.yaml:1: http.port is too large, not 99999999999
          http: {port: [1]}         | b.yaml:1: http.port must be a whole number, not a list
          http: {port: {a: 1}}      | b.yaml:1: http.port must be a whole number, not keys and values
          http: {port: }            | b.yaml:1: http.port must not be null
          http:                     | b.yaml:1: http must not be null
          http: 8080                | b.yaml:1: http must be keys and values, not 8080
          http: []                  | b.yaml:1: http must be keys and values, not a list
          http: {host: 1234}        | b.yaml:1: http.host must be text; a number or true or false needs quotes, not 1234
          http: {host: ""}          | b.yaml:1: http.host must not be empty, not ""
          http: {origins: "*"}      | b.yaml:1: http.origins must be a list like [a, b], not "*"
          http: {origins: [null]}   | b.yaml:1: http.origins[0] must not be null
          http: {origins: ["*", a.example]}  | b.yaml:1: http.origins[1] must be * or an origin like https://example.com, not "a.example"
          http: {hosts: ["a.example:80"]}    | b.yaml:1: http.hosts[0] must have the name of a host, not "a.example:80"
          http: {hosts: ["http://a.example"]} | b.yaml:1: http.hosts[0] must have the name of a host, not "http://a.example"
          http: {hosts: ["a.*"]}             | b.yaml:1: http.hosts[0] may have * only for what stands before: *.example.com, not "a.*"
          http: {base-path: realtime}        | b.yaml:1: http.base-path must be a path like /realtime, not "realtime"
          http: {base-path: /realtime/}      | b.yaml:1: http.base-path must be a path like /realtime, not "/realtime/"
          http: {base-path: /a/../b}         | b.yaml:1: http.base-path must be a path like /realtime, not "/a/../b"
          http: {request-timeout: 10}        | b.yaml:1: http.request-timeout must be a duration like 500ms, 10s, 1m, 2h or 7d, not 10
          http: {request-timeout: 0s}        | b.yaml:1: http.request-timeout must be longer than 0, not "0s"
          http: {max-header-size: 8KB}       | b.yaml:1: http.max-header-size must be a size like 512, 64KiB or 1MiB, not "8KB"
          http: {max-header-size: 1B}        | b.yaml:1: http.max-header-size must be from 512 to 1MiB, not "1B"
          http: {websocket: {compression: 1}} | b.yaml:1: http.websocket.compression must be true or false, not 1
          http: {websocket: {compression-level: 0}} | b.yaml:1: http.websocket.compression-level must be from 1 to 9, not 0
          http: {websocket: {compression-level: 10}} | b.yaml:1: http.websocket.compression-level must be from 1 to 9, not 10
          http: {websocket: {compression-threshold: 2MiB}} | b.yaml:1: http.websocket.compression-threshold must be from 0 to 1MiB, not "2MiB"
          http: {websocket: {compression: "true"}} | b.yaml:1: http.websocket.compression must be true or false, not "true"
          log: {level: loud}        | b.yaml:1: log.level must be trace, debug, info, warning or error, not "loud"
          log: {level: 1}           | b.yaml:1: log.level must be trace, debug, info, warning or error, not 1
          log: {level: ""}          | b.yaml:1: log.level must be trace, debug, info, warning or error, not ""
          limits: {read-timeout: 0s}         | b.yaml:1: limits.read-timeout must be longer than 0, not "0s"
          limits: {inbound-total: a}         | b.yaml:1: limits.inbound-total must be a size like 512, 64KiB or 1MiB, not "a"
          limits: {inbound-per-address: 2000GiB} | b.yaml:1: limits.inbound-per-address must be from 0 to 1024GiB, not "2000GiB"
          event-loops: -1           | b.yaml:1: event-loops must be from 0 to 1024, not -1
          bridge: {path: bus}       | b.yaml:1: bridge.path must be a path like /chat, not "bus"
          bridge: {base64: mime}    | b.yaml:1: bridge.base64 must be url or basic, not "mime"
          permissions: {a: 1}       | b.yaml:1: permissions must be a list like [a, b], not keys and values
          permissions: [a]          | b.yaml:1: permissions[0] must be keys and values, not "a"
          permissions: [null]       | b.yaml:1: permissions[0] must not be null
          permissions: [{allow: [send]}]            | b.yaml:1: permissions[0].address is missing
          permissions: [{address: a}]               | b.yaml:1: permissions[0].allow is missing
          permissions: [{address: a, allow: [shout]}] | b.yaml:1: permissions[0].allow[0] must be subscribe, publish or send, not "shout"
          auth: {http: [digest]}                    | b.yaml:1: auth.http[0] must be bearer or basic, not "digest"
          channels: [{address: a, overflow: drop}]  | b.yaml:1: channels[0].overflow must be disconnect, drop-oldest or latest, not "drop"
          features: [{verticle: V, instances: 0}]   | b.yaml:1: features[0].instances must be from 1 to 1000, not 0
          features: [{verticle: V, config: [a]}]    | b.yaml:1: features[0].config must be keys and values, not a list
          services: [{path: /a, address: a, transports: [carrier-pigeon]}] | b.yaml:1: services[0].transports[0] must be websocket, xhr-streaming, eventsource, htmlfile, xhr-polling or jsonp-polling, not "carrier-pigeon"
          services: [{path: /a, address: a}, {path: /a, address: b}] | b.yaml:1: services[1].path is given to services[0].path, not "/a"
          socketio: {engine: [5]}                   | b.yaml:1: socketio.engine[0] must be 3 or 4, not 5
          socketio: {transports: [pigeon]}          | b.yaml:1: socketio.transports[0] must be polling or websocket, not "pigeon"
          socketio: {ping-interval: 0s}             | b.yaml:1: socketio.ping-interval must be longer than 0, not "0s"
          sse: {heartbeat: 0s}                      | b.yaml:1: sse.heartbeat must be longer than 0, not "0s"
          sse: {retry: 2h}                          | b.yaml:1: sse.retry must be from 1 to 3600000, not "2h"
          sse: {path: /eventbus}                    | b.yaml:1: sse.path is the path of the bridge, too, not "/eventbus"
          topics: [{path: /eventbus}]               | b.yaml:1: topics[0].path is the path of the bridge, too, not "/eventbus"
          topics: [{path: /echo}]                   | b.yaml:1: topics[0].path is given to services[0].path, not "/echo"
          topics: [{path: /a}, {path: /a}]          | b.yaml:1: topics[1].path is given to topics[0].path, not "/a"
          topics: [{path: a}]                       | b.yaml:1: topics[0].path must be a path like /chat, not "a"
          topics: [{prefix: a.}]                    | b.yaml:1: topics[0].path is missing
          topics: [{path: /a, prefix: a}]           | b.yaml:1: topics[0].prefix must be words with a dot behind each, like topics., not "a"
          topics: [{path: /a, prefix: a..}]         | b.yaml:1: topics[0].prefix must be words with a dot behind each, like topics., not "a.."
          topics: [{path: /a, prefix: '*.'}]        | b.yaml:1: topics[0].prefix must be words with a dot behind each, like topics., not "*."
          topics: [{path: /a, subscribe: []}]       | b.yaml:1: topics[0].subscribe must have from 1 to 100 patterns, not a list
          topics: [{path: /a, subscribe: ['']}]     | b.yaml:1: topics[0].subscribe[0] must be a pattern of addresses, like node.#, not ""
          topics: [{path: /a, subscribe: ['a/#']}]  | b.yaml:1: topics[0].subscribe[0] must be a pattern of addresses, like node.#, not "a/#"
          topics: [{path: /a, auth: maybe}]         | b.yaml:1: topics[0].auth must be true or false, not "maybe"
          services: [{path: /events, address: a}]   | b.yaml:1: services[0].path is the path of server-sent events, too, not "/events"
          services: [{path: /eventbus, address: a}] | b.yaml:1: services[0].path is the path of the bridge, too, not "/eventbus"
          """)
  void invalidValueErrorNamesWhatIsValid(String yaml, String message) {
    assertThat(errorInFile(yaml)).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          http: [                | b.yaml:1: is not YAML: expected the node content, but found '<stream end>'
          a: b: c                | b.yaml:1: is not YAML: mapping values are not allowed here
          - a                    | b.yaml: must be keys and values
          just text              | b.yaml: must be keys and values
          {log: &a {}, http: *a} | b.yaml:1: http is an alias (*name); write the value out
          {log: !!str a}         | b.yaml:1: log has a tag (tag:yaml.org,2002:str); quotes make text
          {? [a] : b}            | b.yaml:1: has a key that is not text
          `log: {}\n--- {}\n`    | b.yaml:2: has a second document
          """)
  void malformedFileErrorNamesTheLine(String yaml, String message) {
    assertThat(errorInFile(yaml.replace("\\n", "\n"))).isEqualTo(message);
  }

  @Test
  void errorNamesTheLineOfTheKey() {
    assertThat(
            errorInFile(
                "# a comment\nlog:\n  level: info\n\nhttp:\n  host: localhost\n  prot: 1\n"))
        .isEqualTo("b.yaml:7: http.prot is not a known key; did you mean http.port?");
    assertThat(errorInFile("permissions:\n  - address: a\n    allow: [send]\n  - allow: [send]\n"))
        .isEqualTo("b.yaml:4: permissions[1].address is missing");
  }

  @Test
  void duplicateKeyIsRefused() {
    assertThat(errorInFile("http:\n  port: 1\n  host: a\n  port: 2\n"))
        .isEqualTo("b.yaml:4: http.port is there twice");
  }

  @Test
  void tabIndentationIsRefused() {
    assertThat(errorInFile("http:\n\tport: 1\n"))
        .isEqualTo(
            "b.yaml:2: is not YAML: found character '\\t(TAB)' that cannot start any token. "
                + "(Do not use \\t(TAB) for indentation)");
  }

  @Test
  void tooDeepNestingIsRefused() {
    assertThat(errorInFile("http: " + "[".repeat(5000)))
        .isEqualTo("b.yaml:1: is nested too deeply");
  }

  @Test
  void invalidYamlCharacterIsRefused() {
    assertThat(errorInFile("log: {level: \u0007}"))
        .isEqualTo("b.yaml: is not YAML: special characters are not allowed");
  }

  @Test
  void unreadableFileIsNamed() throws IOException {
    assertThat(error(folder.resolve("none.yaml"), Map.of()))
        .isEqualTo("none.yaml: there is no such file");
    assertThat(error(Files.createDirectory(folder.resolve("d")), Map.of()))
        .isEqualTo("d: cannot be read: Is a directory");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {'a', ':', (byte) 0xFF});
    assertThat(error(binary, Map.of())).isEqualTo("binary: is not UTF-8");
  }

  @Test
  void settingIsNamedAsTheSource() throws IOException {
    assertThat(errorInSetting("http.port=abc"))
        .isEqualTo("--set: http.port must be a whole number, not \"abc\"");
    assertThat(errorInSetting("http.prot=1"))
        .isEqualTo("--set: http.prot is not a known key; did you mean http.port?");
    assertThat(errorInSetting("http.port"))
        .isEqualTo("--set http.port: must be written key=value, like http.port=9000");
    assertThat(errorInSetting("=1"))
        .isEqualTo("--set =1: must be written key=value, like http.port=9000");
    assertThat(errorInSetting("http.port="))
        .isEqualTo("--set: http.port must be a whole number, not \"\"");
    assertThat(errorInSetting("http.origins=[a"))
        .isEqualTo("--set: http.origins is not YAML: expected ',' or ']', but got <stream end>");
    assertThat(errorInSetting("features[0].instances=2"))
        .isEqualTo("--set: features[0].instances cannot be set alone; set the whole list");
    assertThat(errorInSetting("http..port=2"))
        .isEqualTo("--set: http..port is not a key like http.port");
    assertThat(errorInSetting("http.port.low=2"))
        .isEqualTo("--set: http.port must be a whole number, not keys and values");
  }

  @Test
  void variableIsNamedAsTheSource() throws IOException {
    assertThat(errorInEnvironment("BUSBAR_HTTP_PORT", "70000"))
        .isEqualTo("BUSBAR_HTTP_PORT: http.port must be from 0 to 65535, not 70000");
    assertThat(errorInEnvironment("BUSBAR_HTTP_PROT", "1"))
        .isEqualTo("BUSBAR_HTTP_PROT: is not a known variable; did you mean BUSBAR_HTTP_PORT?");
    assertThat(errorInEnvironment("BUSBAR_XYZZY", "1"))
        .isEqualTo("BUSBAR_XYZZY: is not a known variable");
  }

  @Test
  void errorNamesTheSourceOfTheInvalidValue() throws IOException {
    Path file =
        Files.writeString(folder.resolve("c.yaml"), "permissions: [{address: a, allow: []}]");
    assertThat(error(file, Map.of("BUSBAR_PERMISSIONS", "[{allow: []}]")))
        .isEqualTo("BUSBAR_PERMISSIONS: permissions[0].address is missing");
    assertThat(error(file, Map.of("BUSBAR_PERMISSIONS", "[]"), "permissions=[{address: ''}]"))
        .isEqualTo("--set: permissions[0].allow is missing");
  }

  @Test
  void secretIsNotShown() throws Exception {
    assertThat(Binding.not("stomp.passcode", "hunter2")).isEqualTo(", not ***");
    assertThat(errorInFile("http: {origins: ['amqp://guest:hunter2@localhost']}"))
        .endsWith(", not \"amqp://guest:***@localhost\"");
    assertThat(errorInFile("api-token: hunter2")).doesNotContain("hunter2");
  }

  @Test
  void longValueIsCut() {
    assertThat(errorInFile("bridge: {path: " + "a".repeat(1000) + "}"))
        .isEqualTo(
            "b.yaml:1: bridge.path must be a path like /chat, not \"" + "a".repeat(60) + "…\"");
  }

  @Test
  void keyCannotForgeALine() {
    assertThat(errorInFile("\"a\\nb\\e[31m\": 1"))
        .startsWith("b.yaml:1: a\\nb\\u001b[31m is not a known key; known are log, event-loops, ");
  }
}
