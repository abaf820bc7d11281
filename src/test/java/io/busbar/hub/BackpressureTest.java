package io.busbar.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.config.Config;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests of publications on streams, and of when a client hears that they are stored. */
final class BackpressureTest {
  private final Vertx vertx = Vertx.vertx();
  private final Hub hub = new Hub(vertx, Config.defaults());
  private final List<String> completed = new ArrayList<>();

  @AfterEach
  void stop() {
    TestGateway.await(vertx.close());
  }

  private void ask(Backpressure backpressure, String name) {
    backpressure
        .whenKept()
        .onComplete(kept -> completed.add(name + (kept.succeeded() ? "" : " failed")));
  }

  private static Promise<Void> publish(Backpressure backpressure) {
    Promise<Void> kept = Promise.promise();
    backpressure.keeping(kept.future());
    return kept;
  }

  /**
   * Runs the script on the session's loop; returns the notes when all tasks of the script are done.
   */
  private List<String> notes(Consumer<Session> script) throws Exception {
    CompletableFuture<List<String>> all = new CompletableFuture<>();
    hub.ownerOf("public.loop")
        .runOnContext(
            nothing -> {
              Session session = hub.join(new NoTransport(), "test", Principal.NOBODY);
              script.accept(session);
              // Tasks that the script completes come to the loop before this one.
              session.loop().post(() -> all.complete(List.copyOf(completed)));
            });
    return all.get(60, TimeUnit.SECONDS);
  }

  @Test
  void receiptWaitsUntilAllEarlierMessagesAreKept() throws Exception {
    assertThat(
            notes(
                session -> {
                  Backpressure backpressure = session.backpressure();
                  ask(backpressure, "nothing");
                  Promise<Void> first = publish(backpressure);
                  ask(backpressure, "first");
                  Promise<Void> second = publish(backpressure);
                  ask(backpressure, "second");
                  publish(backpressure);
                  ask(backpressure, "third");
                  second.complete();
                  completed.add("second is kept");
                  first.complete();
                }))
        .containsExactly("nothing", "second is kept", "first", "second");
  }

  @Test
  void failureIsReportedOnlyToTheNextReceipt() throws Exception {
    assertThat(
            notes(
                session -> {
                  Backpressure backpressure = session.backpressure();
                  Promise<Void> first = publish(backpressure);
                  ask(backpressure, "first");
                  Promise<Void> second = publish(backpressure);
                  ask(backpressure, "second");
                  ask(backpressure, "third");
                  first.fail("lost");
                  second.complete();
                }))
        .containsExactly("first failed", "second", "third");
    completed.clear();
    assertThat(
            notes(
                session -> {
                  Backpressure backpressure = session.backpressure();
                  publish(backpressure).fail("lost");
                  Promise<Void> refused = Promise.promise();
                  refused.fail("lost at once");
                  backpressure.keeping(refused.future());
                  ask(backpressure, "first");
                  ask(backpressure, "second");
                }))
        .containsExactly("first failed", "second");
  }

  /** The owner does not answer for a minute, and the client wants a receipt for each message. */
  @Test
  void sessionIsHeldBackWhileManyReceiptsWait() throws Exception {
    int count = 20_000;
    assertThat(
            notes(
                session -> {
                  Backpressure backpressure = session.backpressure();
                  List<Promise<Void>> all = new ArrayList<>();
                  for (int i = 0; i < count; i++) {
                    all.add(publish(backpressure));
                    ask(backpressure, Integer.toString(i));
                  }
                  completed.add("held back: " + session.isHeldBack());
                  all.forEach(Promise::complete);
                  session.loop().post(() -> completed.add("held back: " + session.isHeldBack()));
                }))
        .startsWith("held back: true", "0", "1")
        .endsWith(Integer.toString(count - 1), "held back: false")
        .hasSize(count + 2);
  }
}
