package io.busbar.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Tests of the turns of sessions that register addresses. */
final class RegistrationsTest {
  private final List<String> begun = new ArrayList<>();
  private final Queue<Promise<Void>> underWay = new ArrayDeque<>();
  private final Registrations registrations = new Registrations(true, Runnable::run);

  private void ask(String session, int times) {
    for (int i = 0; i < times; i++) {
      registrations.inTurn(session, () -> begin(session));
    }
  }

  private Future<Void> begin(String session) {
    begun.add(session);
    Promise<Void> promise = Promise.promise();
    underWay.add(promise);
    return promise.future();
  }

  @Test
  void sessionWaitsForOneRegistrationOfEachOther() {
    ask("greedy", 1_000);
    ask("hungry", 1_000);
    int before = begun.size();
    ask("modest", 1);
    for (int i = 0; i < 3; i++) {
      underWay.remove().complete();
    }
    assertThat(begun.subList(before, begun.size())).containsExactly("greedy", "hungry", "modest");
  }

  @Test
  void allRegistrationsRunAndFailedOnesMakeRoom() {
    ask("a", 1_000);
    ask("b", 1_000);
    int most = underWay.size();
    assertThat(most).isLessThan(1_000);
    for (int i = 0; !underWay.isEmpty(); i++) {
      assertThat(underWay).hasSizeLessThanOrEqualTo(most);
      if (i % 2 == 0) {
        underWay.remove().fail("no");
      } else {
        underWay.remove().complete();
      }
    }
    assertThat(begun).hasSize(2_000);
    ask("c", 1);
    assertThat(begun).endsWith("c");
  }

  @Test
  void singleNodeDoesNotQueueRegistrations() {
    Registrations alone = new Registrations(false, Runnable::run);
    for (int i = 0; i < 100; i++) {
      alone.inTurn("a", () -> begin("a"));
    }
    assertThat(begun).hasSize(100);
  }
}
