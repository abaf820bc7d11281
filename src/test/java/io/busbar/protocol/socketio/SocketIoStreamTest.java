package io.busbar.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Channels with a history in the bus namespace, packet by packet. */
final class SocketIoStreamTest {
  private TestGateway gateway;
  private EnginePipe pipe;
  private final BlockingQueue<String> packets = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws InterruptedException {
    gateway = TestGateway.start("channels=[{address: public.s, history: {messages: 5}}]");
    pipe = EnginePipe.webSocket(gateway.httpPort());
    pipe.receiver(packets::add);
    pipe.send("0");
    assertThat(next()).startsWith("0{\"sid\"");
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

  private JsonArray next(String start) throws InterruptedException {
    String packet = next();
    assertThat(packet).startsWith(start + "[");
    return new JsonArray(packet.substring(start.length()));
  }

  @Test
  void returningClientLearnsWhetherItRecovered() throws InterruptedException {
    pipe.send("20[\"subscribe\",\"public.s\",{\"recover\":true}]");
    JsonObject start = next("30").getJsonObject(1);
    assertThat(start.getBoolean("recovered")).isTrue();
    pipe.send("21[\"publish\",\"public.s\",\"one\"]");
    for (int i = 0; i < 2; i++) {
      String packet = next();
      if (packet.startsWith("2")) {
        JsonObject about = new JsonArray(packet.substring(1)).getJsonObject(2);
        assertThat(about.getLong("offset")).isEqualTo(1);
        assertThat(about.getString("epoch")).isEqualTo(start.getString("epoch"));
      } else {
        assertThat(packet).isEqualTo("31[null]");
      }
    }
    pipe.send("22[\"unsubscribe\",\"public.s\"]");
    assertThat(next()).isEqualTo("32[null]");
    for (int i = 0; i < 3; i++) {
      pipe.send("23[\"publish\",\"public.s\"," + i + "]");
      assertThat(next()).isEqualTo("33[null]");
    }
    JsonObject since =
        new JsonObject()
            .put("since", new JsonObject().put("epoch", start.getString("epoch")).put("offset", 1));
    pipe.send("24[\"subscribe\",\"public.s\"," + since + "]");
    assertThat(next("34").getJsonObject(1).getBoolean("recovered")).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(next("2").getInteger(1)).isEqualTo(i);
    }
    pipe.send("25[\"unsubscribe\",\"public.s\"]");
    next();
    for (int i = 0; i < 6; i++) {
      pipe.send("26[\"publish\",\"public.s\"," + i + "]");
      next();
    }
    pipe.send("27[\"subscribe\",\"public.s\"," + since + "]");
    assertThat(next("37").getJsonObject(1).getString("reason")).isEqualTo("too far behind");
  }

  @Test
  void invalidPositionIsRefused() throws InterruptedException {
    pipe.send("21[\"subscribe\",\"public.s\",{\"since\":\"x\"}]");
    assertThat(next("31").getJsonObject(0).getString("code")).isEqualTo("invalid_event");
  }
}
