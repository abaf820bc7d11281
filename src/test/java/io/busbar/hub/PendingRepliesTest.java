package io.busbar.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.eventbus.Message;
import java.lang.reflect.Proxy;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tests of the answers that a client owes, by address and by number. */
final class PendingRepliesTest {
  private static final long UNTIL = Long.MAX_VALUE;

  private final PendingReplies owed = new PendingReplies();

  /** Returns a message with this reply address. */
  private static Message<?> question(String replyAddress) {
    return (Message<?>)
        Proxy.newProxyInstance(
            Message.class.getClassLoader(),
            new Class<?>[] {Message.class},
            (proxy, method, arguments) -> replyAddress);
  }

  @Test
  void aNumberIsOneThatClientsWhichCountIn32BitsCanRead() {
    for (int i = 0; i < 1000; i++) {
      long number = ReplyNumber.of("__vertx.reply." + UUID.randomUUID());
      assertThat(number).isBetween(0L, (long) Integer.MAX_VALUE);
    }
  }

  @Test
  void anAnswerIsOwedOnce() {
    owed.add(question("a"), UNTIL);
    assertThat(owed.find(ReplyNumber.of("a"))).isEqualTo("a");
    assertThat(owed.find(ReplyNumber.of("a") + (1L << 32))).isNull();
    assertThat(owed.settle("b")).isNull();
    assertThat(owed.settle("a").replyAddress()).isEqualTo("a");
    assertThat(owed.settle("a")).isNull();
  }

  @Test
  void anAnswerThatCouldBeForTwoIsForNeither() {
    assertThat(ReplyNumber.of("x.BB")).isEqualTo(ReplyNumber.of("x.Aa"));
    owed.add(question("x.Aa"), UNTIL);
    owed.add(question("x.Aa"), UNTIL);
    assertThat(owed.find(ReplyNumber.of("x.Aa"))).isEqualTo("x.Aa");
    owed.add(question("x.BB"), UNTIL);
    assertThat(owed.find(ReplyNumber.of("x.Aa"))).isNull();
    assertThat(owed.settle("x.BB")).isNull();
  }
}
