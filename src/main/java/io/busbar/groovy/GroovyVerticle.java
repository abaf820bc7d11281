package io.busbar.groovy;

import groovy.lang.Binding;
import groovy.lang.Script;
import io.busbar.config.OneLine;
import io.busbar.deploy.FeatureException;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.jspecify.annotations.Nullable;

/**
 * A verticle that runs a Groovy script. The script has the variables {@code vertx}, {@code
 * context}, {@code config} and {@code log}. At the start its lines run, then its method {@code
 * start} if there is one. At the end its method {@code stop} runs. Owned by its event loop.
 */
final class GroovyVerticle implements Deployable {
  private static final Object[] NOTHING = {};

  private final Vertx vertx;
  private final Script script;
  private final String file;

  /**
   * Makes one instance.
   *
   * @param file the name of the script
   */
  GroovyVerticle(Vertx vertx, Script script, String file) {
    this.vertx = vertx;
    this.script = script;
    this.file = file;
  }

  @Override
  public Future<?> deploy(Context context) {
    Binding binding = new Binding();
    binding.setVariable("vertx", vertx);
    binding.setVariable("context", context);
    // parsed again, the configuration has only maps and lists at every level
    binding.setVariable("config", new JsonObject(context.config().encode()).getMap());
    binding.setVariable("log", System.getLogger("io.busbar.groovy"));
    script.setBinding(binding);
    try {
      return done(script.run()).compose(run -> done(call("start"))).recover(this::notStarted);
    } catch (RuntimeException | LinkageError | AssertionError e) {
      return notStarted(e);
    }
  }

  @Override
  public Future<?> undeploy(Context context) {
    return done(call("stop"));
  }

  private @Nullable Object call(String name) {
    return script.getMetaClass().respondsTo(script, name, NOTHING).isEmpty()
        ? null
        : InvokerHelper.invokeMethod(script, name, NOTHING);
  }

  /**
   * The result of a script is the value of its last statement. If that completes later, the caller
   * waits for it.
   */
  private static Future<?> done(@Nullable Object result) {
    if (result instanceof Future<?> future) {
      return future;
    }
    return result instanceof MessageConsumer<?> consumer
        ? consumer.completion()
        : Future.succeededFuture();
  }

  private <T> Future<T> notStarted(Throwable cause) {
    String line =
        Arrays.stream(cause.getStackTrace())
            .filter(each -> file.equals(each.getFileName()))
            .findFirst()
            .map(each -> ":" + each.getLineNumber())
            .orElse("");
    String words = "it did not start: " + file + line + ": " + OneLine.of(cause.toString());
    return Future.failedFuture(FeatureException.notStarted(words, cause));
  }
}
