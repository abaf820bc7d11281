package io.busbar.js;

import io.busbar.deploy.FeatureCode;
import io.busbar.deploy.FeatureException;
import io.busbar.deploy.FeatureLanguage;
import io.busbar.deploy.FeatureSource;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SandboxPolicy;
import org.graalvm.polyglot.Source;

/**
 * Runs features in JavaScript. All scripts of the node share one engine. Each instance has its own
 * context, which reaches only what the gateway gives it. Any thread may use it.
 */
public final class JavaScript implements FeatureLanguage {
  static final String LANGUAGE = "js";

  private final Engine engine =
      Engine.newBuilder(LANGUAGE)
          .sandbox(SandboxPolicy.CONSTRAINED)
          .out(OutputStream.nullOutputStream())
          .err(OutputStream.nullOutputStream())
          .option("engine.WarnInterpreterOnly", "false")
          .build();

  private final Source globals =
      Source.newBuilder(LANGUAGE, text(), "busbar.js").internal(true).buildLiteral();

  private final WatchDog watchDog = new WatchDog();

  private static String text() {
    try (InputStream in = JavaScript.class.getResourceAsStream("busbar.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A script without syntax errors. */
  private record Code(JavaScript language, Source script, FeatureSource feature)
      implements FeatureCode {
    @Override
    public Deployable instance(Vertx vertx) {
      return new ScriptVerticle(vertx, language, script, feature.limits());
    }

    @Override
    public ClassLoader classes() {
      return JavaScript.class.getClassLoader();
    }

    @Override
    public void close() {
      // an instance closes its context when it stops
    }
  }

  @Override
  public FeatureCode load(FeatureSource source) {
    Source script = Source.newBuilder(LANGUAGE, source.text(), source.verticle()).buildLiteral();
    try (Context trial = context()) {
      trial.parse(script);
    } catch (PolyglotException e) {
      throw FeatureException.unusable(Faults.words(e, source.verticle()));
    }
    return new Code(this, script, source);
  }

  Context context() {
    return Context.newBuilder(LANGUAGE)
        .engine(engine)
        .sandbox(SandboxPolicy.CONSTRAINED)
        .out(OutputStream.nullOutputStream())
        .err(OutputStream.nullOutputStream())
        .option("js.unhandled-rejections", "throw")
        .build();
  }

  /** The source of {@code busbar.js}, which makes the global objects of a script. */
  Source globals() {
    return globals;
  }

  WatchDog watchDog() {
    return watchDog;
  }
}
