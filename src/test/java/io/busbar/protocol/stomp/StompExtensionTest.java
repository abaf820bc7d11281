package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.config.Config;
import io.busbar.hub.Hub;
import io.busbar.net.Connections;
import io.busbar.net.TcpVerticle;
import io.busbar.queue.Queues;
import io.busbar.queue.store.QueueStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;
import io.vertx.ext.stomp.Command;
import io.vertx.ext.stomp.Frame;
import io.vertx.ext.stomp.StompServerHandler;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Extensions may replace the handlers of vertx-stomp's command model and authenticate clients. */
final class StompExtensionTest {
  private final Vertx vertx = Vertx.vertx();
  private StompTestClient client;

  @AfterEach
  void stop() {
    client.close();
    TestGateway.await(vertx.close());
  }

  private TcpVerticle listen(
      AuthenticationProvider users, BiConsumer<StompServerHandler, StompCommands> extension) {
    Config config = Config.defaults();
    Hub hub = new Hub(vertx, config);
    Queues queues = new Queues(vertx, hub, config.queues(), null, QueueStore.inMemory(), null);
    StompProtocol protocol = new StompProtocol(vertx, hub, config, queues, users, extension);
    TcpVerticle verticle =
        new TcpVerticle(
            protocol::accept, config.stomp(), 0, null, new Connections(config.limits()));
    TestGateway.await(vertx.deployVerticle(verticle));
    return verticle;
  }

  @Test
  void replacementHandlerMayCallTheOriginal() throws Exception {
    BlockingQueue<Object> receivedBodies = new LinkedBlockingQueue<>();
    vertx.eventBus().consumer("public.a", message -> receivedBodies.add(message.body()));
    TcpVerticle verticle =
        listen(
            null,
            (handler, commands) ->
                handler.sendHandler(
                    received -> {
                      if (received.frame().getHeader("secret") != null) {
                        Map<String, String> headers = new HashMap<>(Map.of("message", "hush"));
                        received.connection().write(new Frame(Command.ERROR, headers, null));
                        received.connection().close();
                      } else {
                        commands.send(received);
                      }
                    }));
    client = StompTestClient.connected(TcpStompConnection.connect(verticle.actualPort()), "1.2");
    client.receipted("SEND\ndestination:/topic/public.a\n\nopen\0");
    assertThat(receivedBodies.poll(20, TimeUnit.SECONDS)).isEqualTo("open");
    client.send("SEND\ndestination:/topic/public.a\nsecret:1\n\nno\0");
    assertThat(client.error().header("message")).isEqualTo("hush");
    assertThat(receivedBodies).isEmpty();
  }

  @Test
  void failureOfAHandlerIsAnError() {
    TcpVerticle verticle =
        listen(
            null,
            (handler, commands) ->
                handler.sendHandler(
                    received -> {
                      throw new IllegalStateException("a bug");
                    }));
    client = StompTestClient.connected(TcpStompConnection.connect(verticle.actualPort()), "1.2");
    client.send("SEND\ndestination:/topic/public.a\nreceipt:r\n\nno\0");
    StompTestClient.Received error = client.error();
    assertThat(error.header("message") + error.header("receipt-id")).isEqualTo("internal errorr");
  }

  @Test
  void framesWaitForTheLoginAndCarryItsUser() throws Exception {
    BlockingQueue<String> users = new LinkedBlockingQueue<>();
    vertx.eventBus().consumer("public.a", message -> users.add(message.headers().get("user")));
    TcpVerticle verticle = listen(this::onlyAlice, (handler, commands) -> {});
    client = new StompTestClient(TcpStompConnection.connect(verticle.actualPort()));
    client.send(
        "CONNECT\naccept-version:1.2\nlogin:alice\npasscode:a\\b\n\n\0"
            + "SEND\ndestination:/topic/public.a\n\nearly\0");
    assertThat(client.next().command()).isEqualTo("CONNECTED");
    assertThat(users.poll(20, TimeUnit.SECONDS)).isEqualTo("alice");
    client.close();
    client = new StompTestClient(TcpStompConnection.connect(verticle.actualPort()));
    client.send("CONNECT\naccept-version:1.2\nlogin:alice\npasscode:wrong\n\n\0");
    assertThat(client.error().header("message")).isEqualTo("login and passcode are not right");
  }

  private Future<User> onlyAlice(io.vertx.ext.auth.authentication.Credentials credentials) {
    UsernamePasswordCredentials login = (UsernamePasswordCredentials) credentials;
    boolean right = "alice".equals(login.getUsername()) && "a\\b".equals(login.getPassword());
    return Future.<Void>future(later -> vertx.setTimer(20, timer -> later.complete()))
        .compose(
            nothing ->
                right
                    ? Future.succeededFuture(User.fromName("alice"))
                    : Future.failedFuture("no such login"));
  }
}
