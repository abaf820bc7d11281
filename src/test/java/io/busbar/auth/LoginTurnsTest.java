package io.busbar.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.auth.LoginTurns.Standing;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of the order of logins; one is checked at a time, until the test ends its turn. */
final class LoginTurnsTest {
  private static final int MOST = 2_000;

  private final LoginTurns turns = new LoginTurns(1, MOST, 1_000);
  private final List<String> begun = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  private final class Waits implements LoginTurns.Login {
    private final String place;
    private final String user;
    private Standing standing;
    private boolean wants = true;

    private Waits(String place, String user, Standing standing) {
      this.place = place;
      this.user = user;
      this.standing = standing;
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
    public Standing standing() {
      return standing;
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

  private Waits enter(String place, String user, Standing standing) {
    Waits login = new Waits(place, user, standing);
    turns.enter(login);
    return login;
  }

  /** Gives all of them their turns; returns them in order. */
  private List<String> all() {
    int before;
    do {
      before = begun.size();
      turns.over();
    } while (begun.size() > before);
    return begun;
  }

  @Test
  void addressWithAThousandWaitingHasOneTurnInEachRound() {
    for (Standing standing : new Standing[] {Standing.NEW, Standing.FAILED}) {
      begun.clear();
      for (int i = 0; i < 1_000; i++) {
        enter("crowd", "u" + i, standing);
      }
      for (int i = 0; i < 3; i++) {
        enter("few", "v" + i, standing);
        enter("other", "w" + i, standing);
      }
      List<String> order = all();
      assertThat(order).hasSize(1_006);
      assertThat(order.subList(0, 10)).filteredOn(one -> one.startsWith("few")).hasSize(3);
      assertThat(order.subList(0, 10)).filteredOn(one -> one.startsWith("other")).hasSize(3);
    }
  }

  @Test
  void userWithAThousandWaitingHasOneTurnInEachRoundOfThoseWhoFailed() {
    enter("first", "ann", Standing.FAILED);
    for (int i = 0; i < 3; i++) {
      enter("b" + i, "bob", Standing.FAILED);
    }
    for (int i = 0; i < 1_000; i++) {
      enter("a" + i, "ann", Standing.FAILED);
    }
    assertThat(all().subList(0, 8)).filteredOn(one -> one.endsWith("bob")).hasSize(3);
  }

  @Test
  void whoComesLastIsFirstInItsRoundSoThatACrowdStandsBeforeNobody() {
    for (int i = 0; i < 1_000; i++) {
      enter("a" + i, i % 2 == 0 ? "demo" : "u" + i, Standing.NEW);
    }
    enter("honest", "demo", Standing.NEW);
    turns.over();
    assertThat(begun).containsExactly("a0 demo", "honest demo");
  }

  @Test
  void whoIsKnownComesBeforeWhoIsNewAndThatBeforeWhoFailed() {
    enter("x", "x", Standing.FAILED);
    enter("known", "u", Standing.KNOWN);
    enter("new", "u", Standing.NEW);
    enter("failed", "u", Standing.FAILED);
    assertThat(all()).containsExactly("x x", "known u", "new u", "failed u");
  }

  @Test
  void whoseAddressFailsMeanwhileWaitsBehindTheOthers() {
    enter("x", "x", Standing.NEW);
    enter("a", "u", Standing.NEW);
    Waits worse = enter("b", "u", Standing.NEW);
    worse.standing = Standing.FAILED;
    assertThat(all()).containsExactly("x x", "a u", "b u");
  }

  @Test
  void whoDoesNotWantItsTurnLeavesItToTheNext() {
    enter("x", "x", Standing.NEW);
    enter("a", "u", Standing.NEW);
    enter("b", "u", Standing.NEW).wants = false;
    assertThat(all()).containsExactly("x x", "a u");
    enter("c", "u", Standing.NEW);
    assertThat(begun).endsWith("c u");
  }

  @Test
  void whereTooManyWaitTheLastInTheOrderIsRefusedAndNotWhoComes() {
    for (int i = 0; i <= MOST; i++) {
      enter("a" + i, "u", i == 1000 ? Standing.FAILED : Standing.NEW);
    }
    assertThat(turns.waitingCount()).isEqualTo(MOST);
    assertThat(refused).isEmpty();
    enter("b", "u", Standing.NEW);
    enter("c", "u", Standing.KNOWN);
    assertThat(refused).containsExactly("a1000 u", "a1 u");
    enter("d", "u", Standing.FAILED);
    assertThat(refused).endsWith("d u");
    assertThat(turns.waitingCount()).isEqualTo(MOST);
  }

  @Test
  void oneMoreOfAnAddressThanMayWaitIsRefused() {
    LoginTurns few = new LoginTurns(1, MOST, 2);
    Waits gone = new Waits("a", "2", Standing.NEW);
    few.enter(new Waits("a", "0", Standing.NEW));
    few.enter(new Waits("a", "1", Standing.NEW));
    few.enter(gone);
    few.enter(new Waits("a", "3", Standing.NEW));
    few.enter(new Waits("b", "4", Standing.NEW));
    assertThat(refused).containsExactly("a 3");
    assertThat(few.leave(gone)).isTrue();
    assertThat(few.leave(gone)).isFalse();
    few.enter(new Waits("a", "5", Standing.NEW));
    assertThat(refused).containsExactly("a 3");
  }

  @Test
  void whoWaitsAtTheEndIsRefusedAndSoIsWhoComesThen() {
    enter("x", "x", Standing.NEW);
    enter("a", "u", Standing.KNOWN);
    Future<Void> idle = turns.close();
    enter("b", "u", Standing.KNOWN);
    assertThat(refused).containsExactly("a u", "b u");
    assertThat(idle.isComplete()).isFalse();
    assertThat(all()).containsExactly("x x");
    assertThat(idle.isComplete()).isTrue();
  }

  /** Earlier turns must not delay anybody later. */
  @Test
  void whoHadManyTurnsIsNotBehindWhoComesAfterwards() {
    for (int i = 0; i < 5; i++) {
      enter("old", "u" + i, Standing.NEW);
    }
    all();
    begun.clear();
    turns.enter(new Waits("x", "x", Standing.NEW));
    enter("a", "1", Standing.NEW);
    enter("a", "2", Standing.NEW);
    enter("old", "3", Standing.NEW);
    assertThat(all().indexOf("old 3")).isLessThan(3);
  }
}
