package io.busbar.deploy;

import static io.busbar.deploy.ScriptFeatures.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.LogLines;
import io.busbar.config.ScriptConfig;
import io.busbar.config.Size;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests features in JavaScript: what a script can use, and what it cannot do. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class JavaScriptTest {
  private static final ScriptConfig LIMITS =
      new ScriptConfig(Duration.ofSeconds(1), Size.ofMiB(128));

  /** A script at "eval" that answers with the value of a message's text, as JSON. */
  private static final String EVAL =
      "vertx.eventBus().consumer('eval', async m => m.reply({is: await (0, eval)(m.body)}));";

  @TempDir Path folder;

  private ScriptFeatures scripts;

  @BeforeEach
  void start() {
    scripts = new ScriptFeatures(folder, Duration.ofSeconds(1), LIMITS);
  }

  @AfterEach
  void stop() {
    scripts.close();
  }

  private Object eval(String expression) {
    return ((JsonObject) scripts.ask("eval", expression)).getValue("is");
  }

  @Test
  void scriptIsDeployedAndUndeployed() {
    JsonObject running =
        scripts.deploy("echo.js", "vertx.eventBus().consumer('echo', m => m.reply(m.body))");
    assertThat(running.getString("name")).isEqualTo("echo");
    assertThat(running.getString("verticle")).isEqualTo("echo.js");
    assertThat(running.getJsonArray("addresses")).containsExactly("echo");
    assertThat(scripts.ask("echo", "a")).isEqualTo("a");
    scripts.undeploy("echo");
    assertThat(scripts.failure("echo", "a")).isEqualTo(-1);
  }

  @Test
  void bodiesAreEchoedUnchanged() {
    scripts.deploy("echo.js", "vertx.eventBus().consumer('echo', m => m.reply(m.body))");
    List<Object> bodies = new ArrayList<>();
    bodies.addAll(
        List.of("", "text \ud83d\ude00 \u0000", 1, -7, 1L << 40, 1.5, 1e300, true, false));
    bodies.add(null);
    bodies.add(new JsonObject("{\"a\":[1,2.5,null,{\"__proto__\":\"x\"}],\"b\":{}}"));
    bodies.add(new JsonArray("[[],\"a\",3]"));
    for (int length : new int[] {0, 1, 7, 8, 9, 1000}) {
      Buffer bytes = Buffer.buffer();
      for (int i = 0; i < length; i++) {
        bytes.appendByte((byte) (i * 7));
      }
      bodies.add(bytes);
    }
    for (Object body : bodies) {
      assertThat(scripts.ask("echo", body)).isEqualTo(body);
    }
  }

  @Test
  void jsonIsPlainObjectsAndBytesAreUint8Array() {
    scripts.deploy(
        "kinds.js",
        """
        vertx.eventBus().consumer('json', m => {
          const {a, ...rest} = m.body;
          m.reply([a === 1, JSON.stringify(rest), Array.isArray(m.body.list), m.body === m.body,
              Object.getPrototypeOf(m.body) === Object.prototype]);
        });
        vertx.eventBus().consumer('bytes', m =>
          m.reply([m.body instanceof Uint8Array, m.body.reduce((a, b) => a + b, 0)]));
        vertx.eventBus().consumer('part', m => m.reply(m.body.subarray(2, 4)));
        """);
    JsonObject body = new JsonObject("{\"a\":1,\"list\":[2],\"b\":null}");
    assertThat(scripts.ask("json", body))
        .isEqualTo(new JsonArray("[true,\"{\\\"list\\\":[2],\\\"b\\\":null}\",true,true,true]"));
    Buffer bytes = Buffer.buffer(new byte[] {1, 2, 3, 4, 5});
    assertThat(scripts.ask("bytes", bytes)).isEqualTo(new JsonArray("[true,15]"));
    assertThat(scripts.ask("part", bytes)).isEqualTo(Buffer.buffer(new byte[] {3, 4}));
  }

  @Test
  void headersAreReadAndWritten() {
    scripts.deploy(
        "headers.js",
        """
        vertx.eventBus().consumer('headers', m =>
          m.reply(m.headers.user, {headers: {status: 201, many: ['a', 'b']}}));
        """);
    DeliveryOptions options = new DeliveryOptions().addHeader("user", "ann");
    Message<Object> answer = done(scripts.vertx.eventBus().request("headers", null, options));
    assertThat(answer.body()).isEqualTo("ann");
    assertThat(answer.headers().get("status")).isEqualTo("201");
    assertThat(answer.headers().getAll("many")).containsExactly("a", "b");
  }

  @Test
  void requestsAreAwaited() {
    scripts.vertx.eventBus().<Integer>consumer("twice", m -> m.reply(2 * m.body()));
    scripts.vertx.eventBus().consumer("no", m -> m.fail(409, "taken"));
    scripts.deploy("eval.js", EVAL);
    assertThat(eval("vertx.eventBus().request('twice', 21).then(m => m.body)")).isEqualTo(42);
    assertThat(
            eval(
                "vertx.eventBus().request('no', 1).catch(e => [e.failureCode, e.failureType,"
                    + " e.message])"))
        .isEqualTo(new JsonArray("[409,\"RECIPIENT_FAILURE\",\"taken\"]"));
    assertThat(eval("vertx.eventBus().request('nobody', 1).catch(e => e.failureType)"))
        .isEqualTo("NO_HANDLERS");
  }

  @Test
  void replyMayBeARequest() {
    scripts.deploy(
        "back.js",
        """
        vertx.eventBus().consumer('back', async m => {
          const more = await m.replyAndRequest('more?');
          more.reply(more.body + '!');
        });
        """);
    Message<Object> first = done(scripts.vertx.eventBus().request("back", null));
    assertThat(first.body()).isEqualTo("more?");
    assertThat(done(first.replyAndRequest("yes")).body()).isEqualTo("yes!");
  }

  @Test
  void timersRunAndAreCancelled() {
    scripts.deploy("eval.js", EVAL);
    assertThat(eval("new Promise(r => setTimeout((a, b) => r(a + b), 1, 2, 3))")).isEqualTo(5);
    assertThat(
            eval(
                "new Promise(r => { let n = 0; const id = setInterval(() => { if (++n === 3) {"
                    + " clearInterval(id); r(n) } }, 1) })"))
        .isEqualTo(3);
    assertThat(
            eval(
                "new Promise(r => { const id = vertx.setTimer(1, () => r('fired'));"
                    + " vertx.cancelTimer(id); vertx.setTimer(50, () => r('cancelled')) })"))
        .isEqualTo("cancelled");
  }

  @Test
  void mapsAndCountersAreShared() {
    scripts.deploy("eval.js", EVAL);
    eval(
        "vertx.sharedData().getAsyncMap('m').then(m => m.put('k', {a: [1]}).then(() => m.get('k')))");
    assertThat(
            eval(
                "vertx.sharedData().getAsyncMap('m').then(async m => [await m.get('k'), await"
                    + " m.get('none'), await m.size(), await m.keys()])"))
        .isEqualTo(new JsonArray("[{\"a\":[1]},null,1,[\"k\"]]"));
    assertThat(
            eval(
                "vertx.sharedData().getCounter('c').then(async c => [await c.incrementAndGet(), await"
                    + " c.addAndGet(5), await c.compareAndSet(6, 1), await c.get()])"))
        .isEqualTo(new JsonArray("[1,6,true,1]"));
    assertThat(scripts.failure("eval", "vertx.sharedData().getAsyncMap('__vertx.subs')"))
        .isEqualTo(500);
  }

  @Test
  void deploymentConfiguresTheScript() {
    done(
        scripts.begin(
            "c.js", "vertx.eventBus().consumer('c', m => m.reply(config))", "{a: [1], b: x}"));
    assertThat(scripts.ask("c", null)).isEqualTo(new JsonObject("{\"a\":[1],\"b\":\"x\"}"));
  }

  @Test
  void startIsAwaitedAndStopIsCalled() {
    scripts.vertx.eventBus().consumer("slow", m -> scripts.vertx.setTimer(20, id -> m.reply(7)));
    Future<Object> stopped =
        Future.future(
            promise ->
                scripts
                    .vertx
                    .eventBus()
                    .consumer("stopped", m -> promise.complete(m.body()))
                    .completion());
    scripts.deploy(
        "life.js",
        """
        let found;
        async function start() {
          found = (await vertx.eventBus().request('slow', null)).body;
          vertx.eventBus().consumer('life', m => m.reply(found));
        }
        exports.stop = () => vertx.eventBus().publish('stopped', found);
        """);
    assertThat(scripts.ask("life", null)).isEqualTo(7);
    scripts.undeploy("life");
    assertThat(done(stopped)).isEqualTo(7);
  }

  @Test
  void scriptThatDoesNotStartIsRefusedWithItsLine() {
    assertThat(scripts.refusal("a.js", "let x = 1;\nfunc tion start() {}\n"))
        .isEqualTo("a.js:2:6: SyntaxError: Expected ; but found tion");
    assertThat(scripts.refusal("a.js", "\nlet y = x.z;\n"))
        .isEqualTo("it did not start: a.js:2:9: ReferenceError: x is not defined");
    assertThat(scripts.refusal("a.js", "function start() {\n  null.x;\n}"))
        .startsWith("it did not start: a.js:2:3: TypeError: Cannot read property 'x' of null");
    assertThat(
            scripts.refusal(
                "a.js", "async function start() {\n  await 1;\n  throw new Error('no\\nbase');\n}"))
        .isEqualTo("it did not start: a.js:3:9: Error: no\\nbase");
    assertThat(
            scripts.refusal(
                "a.js", "async function start() {\n  await vertx.eventBus().request('none');\n}"))
        .startsWith("it did not start: a.js:2:9: Error: No handlers for address none");
    assertThat(scripts.refusal("a.js", "vertx.eventBus().consumer(1, m => m)"))
        .contains("TypeError: an address must be a string");
    assertThat(scripts.refusal("a.js", "function start() { while (true) {} }"))
        .isEqualTo("it did not start: a.js: it ran longer than deploy.script.time");
    assertThat(scripts.refusal("a.txt", "")).contains("ends in .js or .groovy");
    assertThat(scripts.refusal("../a.js", "")).contains("script must be");
    assertThat(scripts.list()).isEmpty();
  }

  @Test
  void throwingHandlerFailsTheRequestWithoutText() {
    scripts.deploy(
        "bad.js",
        """
        vertx.eventBus().consumer('throws', m => { throw new Error('secret'); });
        vertx.eventBus().consumer('rejects', async m => { await 1; throw new Error('secret'); });
        vertx.eventBus().consumer('text', async m => { throw 'secret'; });
        vertx.eventBus().consumer('refuses', m => m.fail(404, 'none'));
        vertx.eventBus().consumer('function', m => m.reply(() => 1));
        """);
    for (String address : List.of("throws", "rejects", "text", "function")) {
      try {
        scripts.ask(address, null);
        assertThat(address).isEmpty();
      } catch (CompletionException e) {
        ReplyException failure = (ReplyException) e.getCause();
        assertThat(failure.failureCode()).isEqualTo(500);
        assertThat(failure.getMessage()).isNull();
      }
    }
    assertThat(scripts.failure("refuses", null)).isEqualTo(404);
  }

  @Test
  void logHasConsoleOutputAndLinesOfErrors() {
    try (LogLines log = new LogLines("io.busbar.js")) {
      scripts.deploy(
          "talk.js",
          """
          const circle = {};
          circle.self = circle;
          console.log('said', {a: [1]}, null, circle);
          console.warn('two\\nlines');
          vertx.eventBus().consumer('late', m => {
            m.reply(1);
            setTimeout(() => { throw new Error('lost') }, 1);
          });
          vertx.eventBus().consumer('many', m => {
            for (let i = 0; i < 1000; i++) {
              console.log('many ' + i);
            }
            m.reply(1);
          });
          """);
      assertThat(log.with("said"))
          .containsExactly("talk.js: said {\"a\":[1]} null [object Object]");
      assertThat(log.with("two")).containsExactly("talk.js: two\\nlines");
      scripts.ask("late", null);
      await().until(() -> !log.with("talk.js:7:28: Error: lost").isEmpty());
      scripts.ask("many", null);
      assertThat(log.with("many ")).hasSizeBetween(1, 100);
    }
  }

  @Test
  void scriptHasNoAccessToJavaOrTheHost() {
    scripts.deploy("eval.js", EVAL);
    for (String name :
        List.of("Java", "Polyglot", "load", "print", "quit", "require", "process", "Packages")) {
      assertThat(eval("typeof " + name)).as(name).isEqualTo("undefined");
    }
    assertThat(scripts.failure("eval", "import('./a.mjs')")).isEqualTo(500);
    assertThat(
            scripts.failure("eval", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)"))
        .isEqualTo(500);
    assertThat(scripts.failure("eval", "vertx.eventBus().consumer.constructor('return Java')()"))
        .isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while (true) {}",
        "try { while (true) {} } catch (e) {} finally { while (true) {} }",
        "const all = []; while (true) all.push({x: 1})",
        "new Array(2 ** 30).fill(1.5)",
        "Promise.resolve().then(function again() { return Promise.resolve().then(again) })",
        "for (;;) JSON.stringify([1, 2, 3])",
      })
  void endlessScriptIsStoppedAndRestarted(String attack) {
    scripts.deploy("eval.js", EVAL + "let calls = 0; function count() { return ++calls }");
    assertThat(eval("count()")).isEqualTo(1);
    assertThat(scripts.failure("eval", attack)).isEqualTo(500);
    await().atMost(Duration.ofSeconds(30)).until(() -> scripts.failure("eval", "count()") == 0);
    assertThat(eval("count()")).isEqualTo(2);
    assertThat(scripts.list().get(0).getJsonArray("addresses")).containsExactly("eval");
  }

  @Test
  void pendingRequestFailsWhenTheScriptIsStopped() {
    scripts.deploy("eval.js", EVAL);
    Future<Message<Object>> waits =
        scripts.vertx.eventBus().request("eval", "new Promise(() => {})");
    assertThat(scripts.failure("eval", "while (true) {}")).isEqualTo(500);
    assertThat(
            done(
                waits
                    .map(0)
                    .recover(e -> Future.succeededFuture(((ReplyException) e).failureCode()))))
        .isEqualTo(500);
  }

  @Test
  void endlessRecursionFailsOnlyItsCall() {
    scripts.deploy("eval.js", EVAL + "let calls = 0; function deep() { return deep() + 1 }");
    assertThat(scripts.failure("eval", "deep()")).isEqualTo(500);
    assertThat(eval("++calls")).isEqualTo(1);
    assertThat(scripts.failure("eval", "deep()")).isEqualTo(500);
    assertThat(eval("++calls")).as("still the same").isEqualTo(2);
  }

  /** All scripts together would need more than the heap. */
  @Test
  void memoryOfUndeployedScriptsIsFreed() {
    scripts.close();
    scripts = new ScriptFeatures(folder, Duration.ZERO, LIMITS);
    for (int i = 0; i < 50; i++) {
      scripts.deploy("big.js", "const kept = new Uint8Array(100e6)");
      scripts.undeploy("big");
    }
    assertThat(scripts.list()).isEmpty();
  }

  @Test
  void eachRequestIsAnsweredOnceDuringRedeployments() {
    String script = "vertx.eventBus().consumer('v', m => setTimeout(() => m.reply(m.body), 5))";
    scripts.deploy("v.js", script);
    List<Future<Message<Object>>> answers = new ArrayList<>();
    for (int version = 0; version < 10; version++) {
      Future<JsonObject> next = scripts.begin("v.js", script, null);
      do {
        for (int i = 0; i < 20; i++) {
          answers.add(scripts.vertx.eventBus().request("v", answers.size()));
        }
        Thread.onSpinWait();
      } while (!next.isComplete() && answers.size() < 100_000);
      done(next);
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(done(answers.get(i)).body()).isEqualTo(i);
    }
  }
}
