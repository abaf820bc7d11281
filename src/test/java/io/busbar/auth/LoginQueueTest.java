package io.busbar.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.auth.LoginQueue.Priority;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of the order of logins; one is checked at a time, until the test ends its turn. */
final class LoginQueueTest {
  private static final int MOST = 2_000;

  private final LoginQueue turns = new LoginQueue(1, MOST, 1_000);
  private final List<String> begun = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  private final class Waits implements LoginQueue.Login {
    private final String place;
    private final String user;
    private Priority priority;
    private boolean wants = true;

    private Waits(String place, String user, Priority priority) {
      this.place = place;
      this.user = user;
      this.priority = priority;
    }

    @Override
    public String place() {
      return place;
    }

    @Override
    public String user() {
      return user;
    }

    @Override
    public Priority priority() {
      return priority;
    }

    @Override
    public boolean begin() {
      if (wants) {
        begun.add(place + " " + user);
      }
      return wants;
    }

    @Override
    public void refuse() {
      refused.add(place + " " + user);
    }
  }

  private Waits enter(String place, String user, Priority priority) {
    Waits login = new Waits(place, user, priority);
    turns.enter(login);
    return login;
  }

  /** Gives all of them their turns; returns them in order. */
  private List<String> finishAllTurns() {
    int before;
    do {
      before = begun.size();
      turns.over();
    } while (begun.size() > before);
    return begun;
  }

  @Test
  void addressWithThousandLoginsHasOneTurnPerRound() {
    for (Priority priority : new Priority[] {Priority.NEW, Priority.FAILED}) {
      begun.clear();
      for (int i = 0; i < 1_000; i++) {
        enter("crowd", "u" + i, priority);
      }
      for (int i = 0; i < 3; i++) {
        enter("few", "v" + i, priority);
        enter("other", "w" + i, priority);
      }
      List<String> order = finishAllTurns();
      assertThat(order).hasSize(1_006);
      assertThat(order.subList(0, 10)).filteredOn(one -> one.startsWith("few")).hasSize(3);
      assertThat(order.subList(0, 10)).filteredOn(one -> one.startsWith("other")).hasSize(3);
    }
  }

  @Test
  void userHasOneTurnPerRoundAmongFailedLogins() {
    enter("first", "ann", Priority.FAILED);
    for (int i = 0; i < 3; i++) {
      enter("b" + i, "bob", Priority.FAILED);
    }
    for (int i = 0; i < 1_000; i++) {
      enter("a" + i, "ann", Priority.FAILED);
    }
    assertThat(finishAllTurns().subList(0, 8)).filteredOn(one -> one.endsWith("bob")).hasSize(3);
  }

  @Test
  void newestLoginIsFirstInItsRound() {
    for (int i = 0; i < 1_000; i++) {
      enter("a" + i, i % 2 == 0 ? "demo" : "u" + i, Priority.NEW);
    }
    enter("honest", "demo", Priority.NEW);
    turns.over();
    assertThat(begun).containsExactly("a0 demo", "honest demo");
  }

  @Test
  void knownLoginsComeBeforeNewAndNewBeforeFailed() {
    enter("x", "x", Priority.FAILED);
    enter("known", "u", Priority.KNOWN);
    enter("new", "u", Priority.NEW);
    enter("failed", "u", Priority.FAILED);
    assertThat(finishAllTurns()).containsExactly("x x", "known u", "new u", "failed u");
  }

  @Test
  void waitingLoginMovesBackWhenItsAddressFails() {
    enter("x", "x", Priority.NEW);
    enter("a", "u", Priority.NEW);
    Waits worse = enter("b", "u", Priority.NEW);
    worse.priority = Priority.FAILED;
    assertThat(finishAllTurns()).containsExactly("x x", "a u", "b u");
  }

  @Test
  void abandonedLoginLeavesItsTurnToTheNext() {
    enter("x", "x", Priority.NEW);
    enter("a", "u", Priority.NEW);
    enter("b", "u", Priority.NEW).wants = false;
    assertThat(finishAllTurns()).containsExactly("x x", "a u");
    enter("c", "u", Priority.NEW);
    assertThat(begun).endsWith("c u");
  }

  @Test
  void fullQueueRefusesTheLoginThatIsLastInOrder() {
    for (int i = 0; i <= MOST; i++) {
      enter("a" + i, "u", i == 1000 ? Priority.FAILED : Priority.NEW);
    }
    assertThat(turns.waitingCount()).isEqualTo(MOST);
    assertThat(refused).isEmpty();
    enter("b", "u", Priority.NEW);
    enter("c", "u", Priority.KNOWN);
    assertThat(refused).containsExactly("a1000 u", "a1 u");
    enter("d", "u", Priority.FAILED);
    assertThat(refused).endsWith("d u");
    assertThat(turns.waitingCount()).isEqualTo(MOST);
  }

  @Test
  void waitingLoginsOfAnAddressAreLimited() {
    LoginQueue few = new LoginQueue(1, MOST, 2);
    Waits gone = new Waits("a", "2", Priority.NEW);
    few.enter(new Waits("a", "0", Priority.NEW));
    few.enter(new Waits("a", "1", Priority.NEW));
    few.enter(gone);
    few.enter(new Waits("a", "3", Priority.NEW));
    few.enter(new Waits("b", "4", Priority.NEW));
    assertThat(refused).containsExactly("a 3");
    assertThat(few.leave(gone)).isTrue();
    assertThat(few.leave(gone)).isFalse();
    few.enter(new Waits("a", "5", Priority.NEW));
    assertThat(refused).containsExactly("a 3");
  }

  @Test
  void closingRefusesWaitingAndLaterLogins() {
    enter("x", "x", Priority.NEW);
    enter("a", "u", Priority.KNOWN);
    Future<Void> idle = turns.close();
    enter("b", "u", Priority.KNOWN);
    assertThat(refused).containsExactly("a u", "b u");
    assertThat(idle.isComplete()).isFalse();
    assertThat(finishAllTurns()).containsExactly("x x");
    assertThat(idle.isComplete()).isTrue();
  }

  /** Earlier turns must not delay anybody later. */
  @Test
  void earlierTurnsDoNotDelayLaterLogins() {
    for (int i = 0; i < 5; i++) {
      enter("old", "u" + i, Priority.NEW);
    }
    finishAllTurns();
    begun.clear();
    turns.enter(new Waits("x", "x", Priority.NEW));
    enter("a", "1", Priority.NEW);
    enter("a", "2", Priority.NEW);
    enter("old", "3", Priority.NEW);
    assertThat(finishAllTurns().indexOf("old 3")).isLessThan(3);
  }
}
