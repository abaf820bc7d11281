package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of the calls and their order while a name moves from node to node. */
final class OwnerCallsTest {
  private record Call(String text) implements OwnerCalls.Call<Call> {
    @Override
    public Call repeated() {
      return new Call(text.endsWith(" again") ? text : text + " again");
    }
  }

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, Promise<String>> answers = new ConcurrentHashMap<>();
  private volatile String owner = "a";
  private Vertx vertx;
  private Context loop;
  private OwnerCalls<Call, String> calls;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    loop = vertx.getOrCreateContext();
    calls = new OwnerCalls<>("name", new Changing(), this::asked, loop, () -> {});
  }

  @AfterEach
  void stop() {
    TestGateway.await(vertx.close());
  }

  private final class Changing implements Owners {
    @Override
    public String here() {
      return "here";
    }

    @Override
    public String of(String name) {
      return owner;
    }

    @Override
    public Set<String> nodes() {
      return Set.of("a", "b");
    }

    @Override
    public long settlesIn(String name) {
      return 0;
    }

    @Override
    public void onChange(Runnable changed) {}

    @Override
    public long wokeMillis() {
      return 0;
    }
  }

  private Future<String> asked(String node, Call call) {
    String what = node + " " + call.text();
    Promise<String> answer = Promise.promise();
    answers.put(what, answer);
    asked.add(what);
    return answer.future();
  }

  private void ask(String text) {
    onLoop(() -> calls.ask(new Call(text)));
  }

  private void onLoop(Runnable task) {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(
        nothing -> {
          task.run();
          done.complete();
        });
    TestGateway.await(done.future());
  }

  private void awaitAsked(String... all) {
    await().untilAsserted(() -> assertThat(asked).containsExactly(all));
  }

  @Test
  void newOwnerFirstReceivesUnansweredCalls() {
    ask("1");
    owner = "b";
    ask("2");
    awaitAsked("a 1", "b 1 again", "b 2");
  }

  @Test
  void refusedCallAfterALaterCallIsMarkedRepeated() {
    ask("1");
    ask("2");
    answers.get("a 1").fail(OwnerCalls.elsewhere().cause());
    answers.get("a 2").complete("done");
    awaitAsked("a 1", "a 2", "a 1 again");
  }

  @Test
  void refusedCallWithoutLaterCallsIsNotMarkedRepeated() {
    ask("1");
    answers.get("a 1").fail(OwnerCalls.elsewhere().cause());
    awaitAsked("a 1", "a 1");
  }
}
