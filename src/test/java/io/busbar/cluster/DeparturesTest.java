package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Who is told to have left without saying so. */
final class DeparturesTest {
  private final Departures departures = new Departures();

  @Test
  void announcedDepartureIsNotReported() {
    departures.saysSo("a");
    departures.left("a", "10.0.0.1:5701", 0);
    assertThat(departures.toJson(1)).isEmpty();
  }

  @Test
  void unannouncedDepartureIsReportedUntilRejoin() {
    departures.left("a", "10.0.0.1:5701", 7);
    departures.left(null, "10.0.0.2:5701", 8);
    JsonObject first = new JsonObject().put("address", "10.0.0.1:5701").put("time", 7L);
    JsonObject second = new JsonObject().put("address", "10.0.0.2:5701").put("time", 8L);
    assertThat(departures.toJson(9)).isEqualTo(new JsonArray().add(first).add(second));
    departures.joined("10.0.0.1:5701");
    assertThat(departures.toJson(9)).isEqualTo(new JsonArray().add(second));
  }

  @Test
  void departuresExpireAndAreBounded() {
    for (int i = 0; i < 100; i++) {
      departures.left("n" + i, "10.0.0." + i + ":5701", i);
    }
    assertThat(departures.toJson(100)).hasSize(16);
    assertThat(departures.toJson(100).getJsonObject(0).getString("address"))
        .isEqualTo("10.0.0.84:5701");
    assertThat(departures.toJson(16 * 60_000)).isEmpty();
  }
}
