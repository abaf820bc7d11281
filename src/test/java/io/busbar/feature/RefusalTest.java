package io.busbar.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import org.junit.jupiter.api.Test;

/** A refusal has a text for people, whatever the failure was. */
final class RefusalTest {
  private static String words(String message) {
    return Refusal.ofAnswer(new ReplyException(ReplyFailure.RECIPIENT_FAILURE, 400, message))
        .getMessage();
  }

  @Test
  void textOfTheChatIsTheTextOfTheRefusal() {
    assertThat(words("say something")).isEqualTo("say something");
  }

  @Test
  void failureWithoutATextIsNotShownAsNull() {
    assertThat(words(null)).isNotBlank().isNotEqualTo("null");
  }
}
