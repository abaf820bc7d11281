package io.busbar.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An exception always has a text for the log. */
final class ReasonTest {
  @Test
  void messageIsTheText() {
    assertThat(Reason.of(new IllegalStateException("the file is gone")))
        .isEqualTo("the file is gone");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " "})
  void classIsNamedWithoutAMessage(String message) {
    assertThat(Reason.of(new IllegalStateException(message)))
        .isEqualTo("java.lang.IllegalStateException");
  }
}
