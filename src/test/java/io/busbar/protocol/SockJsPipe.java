package io.busbar.protocol;

import io.vertx.core.json.JsonArray;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A connection for the frames of SockJS over any of its transports. Used by the test's thread;
 * frames come on the connection's thread.
 */
public abstract class SockJsPipe implements MessagePipe {
  private static final long SECONDS = 20;

  private final CompletableFuture<Void> open = new CompletableFuture<>();
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
  private volatile Consumer<String> receiver;

  /** Returns the path of a new session of the bridge. */
  protected static String session() {
    return "/eventbus/000/" + UUID.randomUUID();
  }

  /** Handles a frame; returns whether the session goes on. */
  protected boolean frame(String frame) {
    switch (frame.isEmpty() ? 'h' : frame.charAt(0)) {
      case 'o' -> open.complete(null);
      case 'a' -> new JsonArray(frame.substring(1)).forEach(m -> receiver.accept((String) m));
      case 'c' -> {
        closeCode.complete(new JsonArray(frame.substring(1)).getInteger(0));
        return false;
      }
      default -> {}
    }
    return true;
  }

  protected void waitUntilOpen() {
    open.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void receiver(Consumer<String> newReceiver) {
    receiver = newReceiver;
  }

  @Override
  public int closeCode() {
    return closeCode.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }
}
