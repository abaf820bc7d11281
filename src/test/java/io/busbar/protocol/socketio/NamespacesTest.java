package io.busbar.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Namespaces of features, packet by packet. */
final class NamespacesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private TestGateway gateway;
  private EnginePipe pipe;
  private final BlockingQueue<String> packets = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() {
    gateway =
        TestGateway.start(
            "permissions=[{address: 'public.#', allow: [subscribe, publish, send]}]",
            "socketio.namespaces=[{name: /}, {name: /mirror, address: mirror, channel: mirror.all},"
                + " {name: '/room-*', address: mirror}, {name: /guarded, address: guard, admit: true},"
                + " {name: /nobody, address: nobody}]");
    Mirror.listen(gateway.bus());
    pipe = EnginePipe.webSocket(gateway.httpPort());
    pipe.receiver(packets::add);
  }

  @AfterEach
  void stop() {
    pipe.close();
    gateway.close();
  }

  private String next() throws InterruptedException {
    String packet = packets.poll(20, TimeUnit.SECONDS);
    assertThat(packet).as("a packet").isNotNull();
    return packet;
  }

  private void connectTo(String namespace) throws InterruptedException {
    pipe.send("0" + namespace + ",");
    assertThat(next()).startsWith("0" + namespace + ",{\"sid\":\"");
  }

  @Test
  void featureReceivesTheHandshakeData() throws InterruptedException {
    pipe.send("0/mirror,{\"token\":\"abc\"}");
    assertThat(next()).startsWith("0/mirror,{\"sid\":\"");
    assertThat(next()).isEqualTo("2/mirror,[\"auth\",{\"token\":\"abc\"}]");
  }

  @Test
  void unknownNamespaceIsRefusedAndOthersStayOpen() throws InterruptedException {
    connectTo("/mirror");
    next();
    pipe.send("0/nowhere,");
    assertThat(next()).isEqualTo("4/nowhere,{\"message\":\"Invalid namespace\"}");
    pipe.send("2/mirror,1[\"message-with-ack\",1]");
    assertThat(next()).isEqualTo("3/mirror,1[1]");
  }

  @Test
  void namespaceMayMatchAPattern() throws InterruptedException {
    connectTo("/room-7");
    assertThat(next()).startsWith("2/room-7,[\"auth\"");
    pipe.send("0/room-7/more,");
    assertThat(next()).isEqualTo("4/room-7/more,{\"message\":\"Invalid namespace\"}");
  }

  @Test
  void eventsMayHaveAnyNumberOfArguments() throws InterruptedException {
    connectTo("/mirror");
    next();
    for (String arguments :
        new String[] {"", ",1", ",1,[2],{\"3\":null}", ",null", ",\"x\",null", ",[]"}) {
      pipe.send("2/mirror,[\"message\"" + arguments + "]");
      assertThat(next()).isEqualTo("2/mirror,[\"message-back\"" + arguments + "]");
      pipe.send("2/mirror,7[\"message-with-ack\"" + arguments + "]");
      String list = arguments.isEmpty() ? "" : arguments.substring(1);
      assertThat(next()).isEqualTo("3/mirror,7[" + list + "]");
    }
  }

  @Test
  void failureOfTheFeatureIsSentToTheClient() throws InterruptedException {
    connectTo("/mirror");
    next();
    pipe.send("2/mirror,8[\"unknown\"]");
    assertThat(next())
        .isEqualTo("3/mirror,8[{\"error\":{\"code\":7,\"message\":\"no such event\"}}]");
    pipe.send("2/mirror,[\"unknown\"]");
    assertThat(next()).isEqualTo("2/mirror,[\"error\",{\"code\":7,\"message\":\"no such event\"}]");
  }

  @Test
  void featureMayAddClientsToRoomsAndRemoveThem() throws InterruptedException {
    connectTo("/mirror");
    next();
    gateway.bus().publish("mirror.all", "for all", new DeliveryOptions().addHeader("name", "news"));
    assertThat(next()).isEqualTo("2/mirror,[\"news\",\"for all\"]");
    pipe.send("2/mirror,1[\"join\",\"room.a\"]");
    assertThat(next()).isEqualTo("3/mirror,1[]");
    gateway.bus().publish("room.a", "in the room");
    assertThat(next()).isEqualTo("2/mirror,[\"message\",\"in the room\"]");
    pipe.send("2/mirror,2[\"leave\",\"room.a\"]");
    assertThat(next()).isEqualTo("3/mirror,2[]");
    gateway.bus().publish("room.a", "not for you");
    gateway.bus().publish("mirror.all", "for all");
    assertThat(next()).isEqualTo("2/mirror,[\"message\",\"for all\"]");
  }

  @Test
  void excludedClientDoesNotReceiveTheEvent() throws InterruptedException {
    pipe.send("0/mirror,");
    String sid = new JsonObject(next().substring("0/mirror,".length())).getString("sid");
    next();
    DeliveryOptions others = new DeliveryOptions().addHeader("busbar-except", sid);
    gateway.bus().publish("mirror.all", "not for you", others);
    gateway.bus().publish("mirror.all", "for you");
    assertThat(next()).isEqualTo("2/mirror,[\"message\",\"for you\"]");
  }

  @Test
  void featureMayAdmitOrRefuseClients() throws InterruptedException {
    gateway
        .bus()
        .consumer(
            "guard",
            message -> {
              if (message.body() instanceof JsonObject auth
                  && auth.getString("word", "").equals("sesame")) {
                message.reply(null);
              } else if (message.headers().get("event").equals("open")) {
                message.fail(3, "say the word");
              }
            });
    pipe.send("0/guarded,{\"word\":\"x\"}");
    assertThat(next()).isEqualTo("4/guarded,{\"message\":\"say the word\",\"data\":{\"code\":3}}");
    pipe.send("0/guarded,{\"word\":\"sesame\"}");
    assertThat(next()).startsWith("0/guarded,{\"sid\":\"");
  }

  @Test
  void leavingANamespaceIsReportedAndOthersStayOpen() throws InterruptedException {
    BlockingQueue<String> left = new LinkedBlockingQueue<>();
    gateway
        .bus()
        .addInboundInterceptor(
            delivery -> {
              if ("close".equals(delivery.message().headers().get("event"))) {
                left.add(delivery.message().headers().get("session"));
              }
              delivery.next();
            });
    pipe.send("0/mirror,");
    String sid = new JsonObject(next().substring("0/mirror,".length())).getString("sid");
    next();
    connectTo("/room-1");
    next();
    pipe.send("1/mirror,");
    assertThat(left.poll(20, TimeUnit.SECONDS)).isEqualTo(sid);
    pipe.send("2/mirror,1[\"message-with-ack\",1]");
    pipe.send("2/room-1,2[\"message-with-ack\",1]");
    assertThat(next()).isEqualTo("3/room-1,2[1]");
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 1);
  }

  @Test
  void missingFeatureClosesTheConnection() throws InterruptedException {
    connectTo("/nobody");
    assertThat(pipe.closeCode()).isEqualTo(1011);
  }

  @Test
  void eventBeforeConnectEndsTheConnection() {
    pipe.send("2[\"publish\",\"public.a\",1]");
    assertThat(pipe.closeCode()).isEqualTo(1002);
  }

  @Test
  void tooManyNamespacesAreRefused() throws InterruptedException {
    for (int i = 0; i < 32; i++) {
      pipe.send("0/room-" + i + ",");
    }
    pipe.send("0/mirror,");
    String packet = next();
    while (!packet.startsWith("4")) {
      packet = next();
    }
    assertThat(packet).isEqualTo("4/mirror,{\"message\":\"Too many namespaces\"}");
  }

  @Test
  void tooManyConnectPacketsEndTheConnection() {
    for (int i = 0; i < 2_000; i++) {
      pipe.send("0/nowhere,");
    }
    assertThat(pipe.closeCode()).isEqualTo(1008);
  }

  @Test
  void invalidEventInTheBusNamespaceIsAnError() throws InterruptedException {
    pipe.send("0");
    next();
    pipe.send("21[\"dance\"]");
    JsonObject error = new JsonArray(next().substring(2)).getJsonObject(0);
    assertThat(error.getString("code")).isEqualTo("invalid_event");
    pipe.send("22[\"publish\"]");
    assertThat(next()).contains("publish takes an address first");
    pipe.send("23[\"publish\",\"public.a\",1,[]]");
    assertThat(next()).contains("headers are an object");
    pipe.send("2[\"request\",\"public.a\",1]");
    assertThat(next()).startsWith("2[\"error\",{").contains("acknowledgement");
  }
}
