package io.busbar.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests how long a user may be away without having left. */
final class PresenceGraceTest {
  private static final String CHANNEL = "public.a";

  @TempDir private Path folder;

  private TestGateway start(String grace) throws Exception {
    return TestGateway.start(
        "auth.users=" + Users.in(folder, "ann", "bob"),
        "presence.grace=" + grace,
        "permissions=[{address: 'public.*', allow: [subscribe]}]",
        "channels=[{address: 'public.*', presence: true}]");
  }

  private static PresenceClient named(TestGateway gateway, String user) {
    URI node = URI.create("http://127.0.0.1:" + gateway.httpPort());
    return PresenceClient.named(user, gateway.vertx(), node);
  }

  @Test
  void userAwayForLessThanTheGraceHasNotLeft() throws Exception {
    try (TestGateway gateway = start("1h")) {
      PresenceClient watcher = PresenceClient.at(gateway).watch(CHANNEL);
      PresenceClient ann = named(gateway, "ann").enter(CHANNEL, null);
      watcher.awaitChanges(CHANNEL, 1);
      ann.close();
      named(gateway, "bob").enter(CHANNEL, null);
      assertThat(watcher.awaitChanges(CHANNEL, 2)).containsExactly("join ann", "join bob");
      named(gateway, "ann").enter(CHANNEL, null);
      assertThat(watcher.whoIsIn(CHANNEL)).hasSize(2);
    }
  }

  @Test
  void leaveAndReturnWithoutGraceAreAnnounced() throws Exception {
    try (TestGateway gateway = start("0s")) {
      PresenceClient watcher = PresenceClient.at(gateway).watch(CHANNEL);
      named(gateway, "ann").enter(CHANNEL, null).close();
      watcher.awaitChanges(CHANNEL, 2);
      named(gateway, "ann").enter(CHANNEL, null);
      assertThat(watcher.awaitChanges(CHANNEL, 3))
          .containsExactly("join ann", "leave ann", "join ann");
    }
  }
}
