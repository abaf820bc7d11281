package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** STOMP's login and passcode. */
final class StompLoginTest {
  private TestGateway gateway;
  private StompTestClient client;

  @BeforeEach
  void connect() {
    gateway =
        TestGateway.start("permissions=[{address: 'team.{user}', allow: [subscribe, publish]}]");
    client = new StompTestClient(TcpStompConnection.connect(gateway.stompPort()));
  }

  @AfterEach
  void close() {
    client.close();
    gateway.close();
  }

  private void login(String login, String passcode, String then) {
    client.send(
        "CONNECT\naccept-version:1.2\nlogin:" + login + "\npasscode:" + passcode + "\n\n\0" + then);
  }

  @Test
  void userMaySubscribeToItsOwnChannel() {
    login("demo", "demo", "SUBSCRIBE\nid:1\nreceipt:r\ndestination:/topic/team.demo\n\n\0");
    assertThat(client.next().command()).isEqualTo("CONNECTED");
    assertThat(client.next().command()).isEqualTo("RECEIPT");
  }

  @Test
  void wrongLoginsGetTheSameError() {
    login("demo", "wrong", "");
    assertThat(client.error().header("message")).isEqualTo("login and passcode are not right");
    client.close();
    client = new StompTestClient(TcpStompConnection.connect(gateway.stompPort()));
    login("nobody", "demo", "");
    assertThat(client.error().header("message")).isEqualTo("login and passcode are not right");
  }

  @Test
  void guestLoginIsAnonymous() {
    login("guest", "guest", "SUBSCRIBE\nid:1\ndestination:/topic/team.guest\n\n\0");
    assertThat(client.next().command()).isEqualTo("CONNECTED");
    assertThat(client.error().header("message"))
        .isEqualTo("not logged in\\c team.guest (subscribe)");
  }

  @Test
  void endedSessionReceivesTheReason() {
    login("demo", "demo", "");
    assertThat(client.next().command()).isEqualTo("CONNECTED");
    gateway
        .bus()
        .publish("busbar.sessions.end", new io.vertx.core.json.JsonObject().put("user", "demo"));
    assertThat(client.error().header("message")).isEqualTo("session was ended");
  }
}
