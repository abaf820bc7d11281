package io.busbar.log;

import io.busbar.config.LogConfig;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** The log: java.util.logging, for us and for every library, on standard error. */
public final class Logging {
  /** Held, since a logger that nobody holds forgets its level. */
  private static final Logger OURS = Logger.getLogger("io.busbar");

  /** Warns of every message that was under way when its last receiver left: daily life here. */
  private static final Logger CONSUMERS =
      Logger.getLogger("io.vertx.core.eventbus.impl.MessageConsumerImpl");

  /** Logs stack traces of what the routes tell in one line, and once. */
  private static final Logger RABBIT_MQ = Logger.getLogger("io.vertx.rabbitmq.impl");

  /** Those that speak of a message to another node which is lost. Held, for their filters. */
  private static final List<Logger> OF_LOSSES =
      List.of(
          Logger.getLogger("io.vertx.core.eventbus.impl.clustered.ClusteredEventBus"),
          Logger.getLogger("io.vertx.core.impl.ContextImpl"));

  private Logging() {}

  /** Will replace whatever logging there was. Call it before the first library logs. */
  public static void start(LogConfig config) {
    System.setProperty(
        "vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.JULLogDelegateFactory");
    System.setProperty("hazelcast.logging.type", "jdk");
    LogManager.getLogManager().reset();
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    ConsoleHandler handler = new CountingHandler();
    handler.setLevel(Level.ALL);
    try {
      handler.setEncoding(StandardCharsets.UTF_8.name());
    } catch (java.io.UnsupportedEncodingException e) {
      throw new IllegalStateException(e);
    }
    Logger.getLogger("").addHandler(handler);
    OF_LOSSES.forEach(logger -> logger.setFilter(new LostMessages()));
    adjust(config);
  }

  /** Will write what comes as this says; {@link #start} was called before. */
  public static void adjust(LogConfig config) {
    LogConfig.Level level = config.level();
    boolean json = config.format() == LogConfig.Format.JSON;
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      handler.setFormatter(json ? new JsonLogLine() : new LogLine());
    }
    root.setLevel(ofLibraries(level));
    OURS.setLevel(ofOurs(level));
    RABBIT_MQ.setLevel(level == LogConfig.Level.TRACE ? Level.FINE : Level.OFF);
    CONSUMERS.setLevel(level.compareTo(LogConfig.Level.DEBUG) > 0 ? Level.SEVERE : Level.WARNING);
  }

  private static Level ofOurs(LogConfig.Level level) {
    return switch (level) {
      case TRACE -> Level.FINEST;
      case DEBUG -> Level.FINE;
      case INFO -> Level.INFO;
      case WARNING -> Level.WARNING;
      case ERROR -> Level.SEVERE;
    };
  }

  private static Level ofLibraries(LogConfig.Level level) {
    return switch (level) {
      case TRACE -> Level.FINE;
      case DEBUG -> Level.INFO;
      case INFO, WARNING -> Level.WARNING;
      case ERROR -> Level.SEVERE;
    };
  }
}
