package io.busbar.log;

import io.busbar.hub.Session;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * Writes a log record as one line of JSON: {@code time}, {@code level}, {@code logger}, {@code
 * message}. A record with a client among its parameters has its {@code session} and {@code
 * address}. A record with an exception has {@code thrown}, with its lines. Any thread may use it.
 */
public final class JsonLogLine extends Formatter {
  @Override
  public String format(LogRecord record) {
    JsonObject line =
        new JsonObject()
            .put("time", record.getInstant().toString())
            .put("level", LogLine.level(record.getLevel()).strip())
            .put("logger", LogLine.shorten(record.getLoggerName()))
            .put("message", String.valueOf(formatMessage(record)));
    if (record.getParameters() != null) {
      for (Object parameter : record.getParameters()) {
        if (parameter instanceof Session session) {
          line.put("session", session.id()).put("address", session.remoteAddress());
        }
      }
    }
    if (record.getThrown() != null) {
      StringWriter thrown = new StringWriter();
      record.getThrown().printStackTrace(new PrintWriter(thrown));
      line.put("thrown", thrown.toString());
    }
    return line.encode() + "\n";
  }
}
