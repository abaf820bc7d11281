package io.busbar.feature;

import static io.busbar.feature.EndpointClient.refusal;
import static io.busbar.feature.Waiting.MOST_SECONDS;
import static io.busbar.feature.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the thermometer and the relay on their addresses. */
@ExtendWith(VertxExtension.class)
class TopicFeaturesTest {
  private static final JsonObject ON = new JsonObject().put("state", true);
  private static final JsonObject OFF = new JsonObject().put("state", false);

  private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
  private Vertx vertx;

  @BeforeEach
  void remember(Vertx vertx) {
    this.vertx = vertx;
  }

  private void listen(String address) throws Exception {
    await(vertx.eventBus().consumer(address, message -> received.add(message.body())).completion());
  }

  private Object next() throws Exception {
    Object body = received.poll(MOST_SECONDS, TimeUnit.SECONDS);
    assertThat(body).as("nothing came").isNotNull();
    return body;
  }

  private void deploy(VerticleBase verticle, String config) throws Exception {
    DeploymentOptions options = new DeploymentOptions().setConfig(new JsonObject(config));
    await(vertx.deployVerticle(verticle, options));
  }

  @Test
  void thermometerPublishesValuesInSmallSteps() throws Exception {
    listen("topics.node.thermometer.demo.temperature");
    deploy(new ThermometerVerticle(), "{\"interval\":10}");
    double before = 21.5;
    for (int i = 0; i < 5; i++) {
      double value = ((JsonObject) next()).getDouble("value");
      assertThat(Math.abs(value - before)).isLessThan(0.21);
      before = value;
    }
  }

  @Test
  void temperatureStaysWithinItsBounds() {
    assertThat(ThermometerVerticle.next(299, 2)).isEqualTo(300);
    assertThat(ThermometerVerticle.next(151, -2)).isEqualTo(150);
    assertThat(ThermometerVerticle.next(200, 1)).isEqualTo(201);
  }

  @Test
  void relayPublishesItsStateAtOnceAndRepeatedly() throws Exception {
    deploy(new RelayVerticle(), "{\"interval\":86400000}");
    listen("topics.node.relay.demo.state");
    vertx.eventBus().publish("topics.node.relay.demo.set", ON);
    assertThat(next()).isEqualTo(ON);
    vertx.eventBus().publish("topics.node.relay.demo.set", OFF);
    assertThat(next()).isEqualTo(OFF);
    listen("b.state");
    deploy(new RelayVerticle(), "{\"interval\":10,\"address\":\"b\"}");
    assertThat(next()).isEqualTo(OFF);
    vertx.eventBus().publish("b.set", ON);
    Object said = next();
    while (said.equals(OFF)) {
      said = next();
    }
    assertThat(said).isEqualTo(ON);
    assertThat(next()).isEqualTo(ON);
  }

  @Test
  void requestToTheRelayIsAnsweredWithItsState() throws Exception {
    deploy(new RelayVerticle(), "{}");
    assertThat(await(vertx.eventBus().request("topics.node.relay.demo.set", ON)).body())
        .isEqualTo(ON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"state\":1}", "{\"state\":\"on\"}", "{\"state\":null}"})
  void invalidStateIsRefused(String body) throws Exception {
    deploy(new RelayVerticle(), "{\"interval\":86400000}");
    String set = "topics.node.relay.demo.set";
    listen("topics.node.relay.demo.state");
    assertThat(refusal(vertx.eventBus().request(set, new JsonObject(body)))).startsWith("400 ");
    assertThat(refusal(vertx.eventBus().request(set, body))).startsWith("400 ");
    vertx.eventBus().publish(set, ON);
    assertThat(next()).isEqualTo(ON);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"interval":9}  | interval must be from 10 to 86400000 milliseconds, not 9
          {"address":""}  | address must be text
          {"adress":"a"}  | adress is not one of interval, address
          """)
  void invalidConfigurationIsRefused(String config, String words) {
    assertThatThrownBy(() -> deploy(new ThermometerVerticle(), config))
        .hasMessageContaining("ThermometerVerticle: " + words);
    assertThatThrownBy(() -> deploy(new RelayVerticle(), config))
        .hasMessageContaining("RelayVerticle: " + words);
  }
}
