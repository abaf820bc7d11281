package io.busbar.feature;

import static io.busbar.feature.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the echo on its address. */
@ExtendWith(VertxExtension.class)
class EchoVerticleTest {
  private EndpointClient client;

  @BeforeEach
  void deploy(Vertx vertx) throws Exception {
    await(vertx.deployVerticle(new EchoVerticle()));
    client = new EndpointClient(vertx, "echo");
  }

  @Test
  void textIsEchoedAsText() throws Exception {
    assertThat(await(client.say("grüß dich")).body()).isEqualTo("grüß dich");
  }

  @Test
  void bytesAreEchoedAsBytes() throws Exception {
    Buffer bytes = Buffer.buffer(new byte[] {0, -1, 127});

    assertThat(await(client.say(bytes)).body()).isEqualTo(bytes);
  }

  @Test
  void openAndCloseAreAnsweredEmpty() throws Exception {
    assertThat(await(client.open()).body()).isNull();
    assertThat(await(client.close()).body()).isNull();
  }

  @Test
  void requestWithoutAnEventIsEchoed(Vertx vertx) throws Exception {
    JsonObject body = new JsonObject().put("number", 1);

    assertThat(await(vertx.eventBus().request("echo", body)).body()).isEqualTo(body);
  }
}
