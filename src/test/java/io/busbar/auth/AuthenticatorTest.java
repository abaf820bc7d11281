package io.busbar.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.config.Config;
import io.busbar.config.ConfigLoader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the end of the checks of the users file. */
final class AuthenticatorTest {
  /** A task that still ran on a worker would complete on an event loop that has ended. */
  @Test
  void closeWaitsForTheReadingOfTheUsersFile(@TempDir Path folder) throws Exception {
    Path users = Files.writeString(folder.resolve("users"), "");
    Config config = ConfigLoader.load(null, Map.of(), List.of("auth.users=" + users));
    Vertx vertx = Vertx.vertx();
    try {
      Authenticator authenticator =
          TestGateway.await(Authenticator.open(vertx, config.auth(), false));
      CountDownLatch reading = new CountDownLatch(1);
      CountDownLatch mayEnd = new CountDownLatch(1);
      authenticator.onChange(
          change -> {
            reading.countDown();
            try {
              mayEnd.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      Files.writeString(users, "ann:" + Passwords.hash("demo") + "\n");
      Future<Void> read = authenticator.refresh();
      reading.await();

      Future<Void> closed = authenticator.close();
      assertThat(closed.isComplete()).isFalse();
      mayEnd.countDown();
      TestGateway.await(closed);
      assertThat(read.isComplete()).isTrue();
    } finally {
      TestGateway.await(vertx.close());
    }
  }
}
