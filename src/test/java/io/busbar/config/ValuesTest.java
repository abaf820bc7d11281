package io.busbar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of durations, sizes, and text on one line. */
final class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "0ms,0",
    "500ms,500",
    "10s,10000",
    "90s,90000",
    "1m,60000",
    "2h,7200000",
    "7d,604800000"
  })
  void durationIsReadAndWrittenTheSameWay(String written, long millis) {
    assertThat(Durations.parse(written)).isEqualTo(Duration.ofMillis(millis));
    assertThat(Durations.write(Duration.ofMillis(millis))).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "-1s", "1.5s", "1w", "PT10S", "1s 5ms", "9999999999s"})
  void otherDurationsAreRefused(String written) {
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(written));
  }

  @ParameterizedTest
  @CsvSource({"0,0", "512,512", "1025,1025", "64KiB,65536", "1MiB,1048576", "3GiB,3221225472"})
  void sizeIsReadAndWrittenTheSameWay(String written, long bytes) {
    assertThat(Size.parse(written)).isEqualTo(new Size(bytes));
    assertThat(new Size(bytes)).hasToString(written);
  }

  @ParameterizedTest
  @CsvSource({"1e6,1000000", "25E3,25000", "1e+0,1", "0e9,0", "1024e3,1000KiB", "2e8,200000000"})
  void sizeMayHaveAnExponent(String written, String bytes) {
    assertThat(Size.parse(written)).isEqualTo(Size.parse(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "B",
        "-1",
        "1.5KiB",
        "1KB",
        "1k",
        "9999999999GiB",
        "1e",
        "1e-3",
        "1.5e6",
        "1e10",
        "1e3KiB"
      })
  void otherSizesAreRefused(String written) {
    assertThatIllegalArgumentException().isThrownBy(() -> Size.parse(written));
  }

  @Test
  void textCannotLeaveItsLine() {
    assertThat(OneLine.of("plain äß€😀")).isEqualTo("plain äß€😀");
    assertThat(OneLine.of("a\r\nb\tc\u001b[31m\u0000\u0085\u2028\u202ed"))
        .isEqualTo("a\\r\\nb\\tc\\u001b[31m\\u0000\\u0085\\u2028\\u202ed");
  }
}
