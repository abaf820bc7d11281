package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.admin.SampleHistory.Window;
import io.busbar.hub.Counters.ProtocolCount;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node keeps a limited number of samples, and shows each by its changes. */
final class SampleHistoryTest {
  private final SampleHistory history = new SampleHistory();

  /** Adds a sample for each second, in which five messages came and one was dropped. */
  private void fill(int seconds) {
    for (int i = 0; i < seconds; i++) {
      history.add(sample(i, 100 + i % 50));
    }
  }

  private static Sample sample(int second, long heap) {
    List<ProtocolCount> protocols =
        List.of(new ProtocolCount("bridge", 3, second * 5L, second * 10L));
    return new Sample(
        second * 1_000L, protocols, 0, 0, 0, 0.25, heap, second, second * 2L, 0, 0, 0);
  }

  @Test
  void singleSampleShowsNoChange() {
    fill(1);
    assertThat(history.toJson(Window.TWO_MINUTES)).isEmpty();
    assertThat(history.toJson(Window.HOUR)).isEmpty();
    assertThat(history.before()).isSameAs(history.latest());
    assertThat(history.minuteAgo()).isSameAs(history.latest());
  }

  @Test
  void samplesAreListedBySecondAndBounded() {
    fill(500);
    JsonArray samples = history.toJson(Window.TWO_MINUTES);
    assertThat(samples).hasSize(120);
    JsonObject last = samples.getJsonObject(119);
    assertThat(last.getLong("time")).isEqualTo(499_000);
    assertThat(last.getDouble("inPerSecond")).isEqualTo(5);
    assertThat(last.getDouble("outPerSecond")).isEqualTo(10);
    assertThat(last.getLong("lagMillis")).isEqualTo(250);
    assertThat(last.getLong("dropped")).isEqualTo(1);
    assertThat(last.getLong("refused")).isEqualTo(2);
    assertThat(last.getJsonObject("sessions")).isEqualTo(new JsonObject().put("bridge", 3L));
    assertThat(samples.getJsonObject(0).getLong("time")).isEqualTo(380_000);
    assertThat(history.minuteAgo().millis()).isEqualTo(439_000);
  }

  @Test
  void hourHasEveryTenthSampleAndIsBounded() {
    fill(5_000);
    JsonArray samples = history.toJson(Window.HOUR);
    assertThat(samples).hasSize(360);
    JsonObject last = samples.getJsonObject(359);
    assertThat(last.getLong("time")).isEqualTo(4_990_000);
    assertThat(last.getDouble("inPerSecond")).isEqualTo(5);
    assertThat(last.getLong("dropped")).isEqualTo(10);
  }

  @Test
  void heapFloorIsTheMinimumOfTheLastMinute() {
    fill(60);
    assertThat(history.heapFloor()).isZero();
    fill(61);
    assertThat(history.heapFloor()).isEqualTo(100);
  }

  @Test
  void restartedCounterHasNotGrown() {
    assertThat(sample(1, 0).perSecond(Sample::received, sample(9, 0))).isZero();
    assertThat(sample(9, 0).perSecond(Sample::received, sample(9, 0))).isZero();
  }

  @Test
  void windowIsFoundByItsLabel() {
    assertThat(Window.of("2m")).isEqualTo(Window.TWO_MINUTES);
    assertThat(Window.of("1h")).isEqualTo(Window.HOUR);
    assertThat(Window.of("1d")).isNull();
  }
}
