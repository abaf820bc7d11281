package io.busbar.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that every time falls into the first bucket whose bound it does not exceed. */
final class FanoutTimesTest {
  @ParameterizedTest
  @CsvSource({
    "-5, 0",
    "0, 0",
    "1, 0",
    "16384, 0",
    "16385, 1",
    "32768, 1",
    "32769, 2",
    "536870912, 15",
    "536870913, 16",
    "9223372036854775807, 16"
  })
  void timeIsInItsBucket(long nanos, int bucket) {
    FanoutTimes times = new FanoutTimes();
    times.took(nanos);
    assertThat(times.count(bucket)).isEqualTo(1);
    assertThat(IntStream.range(0, FanoutTimes.BUCKETS).mapToLong(times::count).sum()).isEqualTo(1);
    assertThat(nanos / 1e9).isLessThanOrEqualTo(FanoutTimes.boundSeconds(bucket));
  }

  @Test
  void bucketBoundsIncrease() {
    for (int i = 1; i < FanoutTimes.BUCKETS; i++) {
      assertThat(FanoutTimes.boundSeconds(i)).isGreaterThan(FanoutTimes.boundSeconds(i - 1));
    }
  }
}
