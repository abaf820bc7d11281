package io.busbar.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.config.Config;
import io.busbar.config.ConfigLoader;
import io.busbar.hub.Principal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of users who logged in before, while others guess. */
final class KnownLoginTest {
  private static final int CLIENTS = 300;

  private final Vertx vertx = Vertx.vertx();
  private Authenticator logins;
  @TempDir private Path folder;

  @AfterEach
  void close() {
    logins.close();
    TestGateway.await(vertx.close());
  }

  private void open(Path users) {
    Config config =
        ConfigLoader.load(null, Map.of(), List.of("auth.users=" + users.toAbsolutePath()));
    logins = TestGateway.await(Authenticator.open(vertx, config.auth(), false));
  }

  private static void write(Path users, String password) throws Exception {
    String hash = Passwords.hash(password);
    Files.writeString(users, "ann:" + hash + "\nbob:" + hash + "\n");
  }

  /** The password changes meanwhile, so that the cache of the last minute does not help. */
  @Test
  void knownLoginIsServedBeforeAllOthers() throws Exception {
    Path users = folder.resolve("users");
    write(users, "old");
    open(users);
    TestGateway.await(logins.password("ann", "old", "192.0.2.1"));
    write(users, "new");
    TestGateway.await(logins.refresh());
    for (int i = 0; i < PasswordChecks.THREADS; i++) {
      logins.password("nobody", "x", "192.0.2.9");
    }
    Future<Principal> stranger = logins.password("bob", "new", "192.0.2.2");
    Future<Principal> known = logins.password("ann", "new", "192.0.2.1");
    for (int i = 0; i < CLIENTS; i++) {
      logins.password("ann", "guess" + i, "10.0." + i / 100 + "." + i % 100);
    }
    assertThat(TestGateway.await(known).name()).isEqualTo("ann");
    assertThat(stranger.isComplete()).isFalse();
    assertThat(logins.waitingCount()).isGreaterThan(CLIENTS / 2);
  }

  @Test
  void wrongGuessEndsThePriorityOfAKnownLogin() throws Exception {
    Path users = folder.resolve("users");
    write(users, "right");
    open(users);
    TestGateway.await(logins.password("ann", "right", "192.0.2.1"));
    List<Future<Principal>> guesses = new ArrayList<>();
    for (int i = 0; i < 20 * PasswordChecks.THREADS; i++) {
      guesses.add(logins.password("ann", "guess" + i, "192.0.2.1"));
    }
    Future<Principal> honest = logins.password("bob", "right", "192.0.2.7");
    assertThat(TestGateway.await(honest).name()).isEqualTo("bob");
    assertThat(guesses)
        .filteredOn(Future::isComplete)
        .hasSizeLessThan(guesses.size() / 2)
        .allMatch(Future::failed);
  }
}
