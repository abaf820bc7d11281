package io.busbar.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.webhook.WebhookCounters.Failure;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the meaning of an endpoint's answers. */
final class OutcomeTest {
  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299})
  void status2xxIsASuccess(int status) {
    assertThat(Outcome.of(status, null).failure()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"301,REDIRECT", "400,CLIENT", "410,CLIENT", "429,CLIENT", "500,SERVER", "503,SERVER"})
  void otherStatusIsAFailureOfItsKind(int status, Failure failure) {
    Outcome outcome = Outcome.of(status, null);
    assertThat(outcome.failure()).isEqualTo(failure);
    assertThat(outcome.isGone()).isEqualTo(status == 410);
  }

  @Test
  void retryAfterIsSecondsOrADate() {
    String inAnHour =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusHours(1));
    assertThat(Outcome.of(429, " 120 ").notBeforeMillis()).isEqualTo(120_000);
    assertThat(Outcome.of(503, inAnHour).notBeforeMillis()).isBetween(3_500_000L, 3_600_000L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "soon", "-1", "99999999999999999999", "Thu, 01 Jan 1970 00:00:00 GMT"})
  void invalidRetryAfterIsIgnored(String header) {
    assertThat(Outcome.of(503, header).notBeforeMillis()).isZero();
  }
}
