package io.busbar.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.eventbus.Message;
import java.lang.reflect.Proxy;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tests of the answers that a client owes, by address and by number. */
final class PendingRepliesTest {
  private static final long UNTIL = Long.MAX_VALUE;

  private final PendingReplies pendingReplies = new PendingReplies();

  /** Returns a message with this reply address. */
  private static Message<?> question(String replyAddress) {
    return (Message<?>)
        Proxy.newProxyInstance(
            Message.class.getClassLoader(),
            new Class<?>[] {Message.class},
            (proxy, method, arguments) -> replyAddress);
  }

  @Test
  void replyNumberFitsIn32Bits() {
    for (int i = 0; i < 1000; i++) {
      long number = ReplyNumber.of("__vertx.reply." + UUID.randomUUID());
      assertThat(number).isBetween(0L, (long) Integer.MAX_VALUE);
    }
  }

  @Test
  void replyIsOwedOnce() {
    pendingReplies.add(question("a"), UNTIL);
    assertThat(pendingReplies.find(ReplyNumber.of("a"))).isEqualTo("a");
    assertThat(pendingReplies.find(ReplyNumber.of("a") + (1L << 32))).isNull();
    assertThat(pendingReplies.settle("b")).isNull();
    assertThat(pendingReplies.settle("a").replyAddress()).isEqualTo("a");
    assertThat(pendingReplies.settle("a")).isNull();
  }

  @Test
  void ambiguousReplyNumberFindsNoRequest() {
    assertThat(ReplyNumber.of("x.BB")).isEqualTo(ReplyNumber.of("x.Aa"));
    pendingReplies.add(question("x.Aa"), UNTIL);
    pendingReplies.add(question("x.Aa"), UNTIL);
    assertThat(pendingReplies.find(ReplyNumber.of("x.Aa"))).isEqualTo("x.Aa");
    pendingReplies.add(question("x.BB"), UNTIL);
    assertThat(pendingReplies.find(ReplyNumber.of("x.Aa"))).isNull();
    assertThat(pendingReplies.settle("x.BB")).isNull();
  }
}
