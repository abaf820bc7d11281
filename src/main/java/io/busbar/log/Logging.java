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

/** The log of Busbar and of all libraries: java.util.logging, on standard error. */
public final class Logging {
  /** Kept in a field, because a logger that is garbage-collected loses its level. */
  private static final Logger OURS = Logger.getLogger("io.busbar");

  /**
   * It warns of every message that was under way when its last receiver left. This is normal here.
   */
  private static final Logger CONSUMERS =
      Logger.getLogger("io.vertx.core.eventbus.impl.MessageConsumerImpl");

  /** It logs stack traces of troubles that the routes log in one line, and once. */
  private static final Logger RABBIT_MQ = Logger.getLogger("io.vertx.rabbitmq.impl");

  /** The loggers that report lost messages to other nodes. Kept in a field for their filters. */
  private static final List<Logger> OF_LOSSES =
      List.of(
          Logger.getLogger("io.vertx.core.eventbus.impl.clustered.ClusteredEventBus"),
          Logger.getLogger("io.vertx.core.impl.ContextImpl"));

  private Logging() {}

  /** Will replace any earlier logging. It must be called before the first library logs. */
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

  /** Will use this level and format. Called after {@link #start}. */
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
