package io.busbar.protocol.stomp;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A feature that handles the messages of a queue. It appends each message to a file of its process,
 * which survives a kill, and then replies. It fails some numbers once and a few always. Its config
 * names the {@code folder} of these files.
 */
public final class AuditFeature extends VerticleBase {
  static final String ADDRESS = "audit.handle";
  static final String HANDLED = "handled";
  static final String REFUSED = "refused";
  private static final String REDELIVERED = "redelivered";

  private Path file;

  @Override
  public Future<?> start() {
    file = Path.of(config().getString("folder"), ProcessHandle.current().pid() + ".lines");
    return vertx.eventBus().consumer(ADDRESS, this::handle).completion();
  }

  private void handle(Message<Object> message) {
    String text = message.body().toString();
    boolean again = message.headers().contains(REDELIVERED);
    int number = Integer.parseInt(text.substring(text.indexOf(' ') + 1));
    boolean refuses = number % 500 == 250 || !again && number % 50 == 7;
    write((refuses ? REFUSED : HANDLED) + "|" + again + "|" + text + "\n");
    if (refuses) {
      message.fail(1, "not now");
    } else {
      message.reply(null);
    }
  }

  private void write(String line) {
    try {
      Files.writeString(
          file, line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
