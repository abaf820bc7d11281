package io.busbar.client;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.engineio.client.Transport;
import java.lang.reflect.Field;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The Socket.IO client for Java in one namespace, with all events that it has received. It is
 * compiled against 2.1.1 and also runs with 1.0.2. That version has no {@code auth}, so the login
 * is in the query. Used by one thread; the library adds events on its own threads.
 */
final class SocketIoJavaClient implements AutoCloseable {
  private static final long SECONDS = 20;

  private final Socket socket;
  private final Map<String, BlockingQueue<Object[]>> received = new ConcurrentHashMap<>();
  private final List<String> transports = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> upgraded = new CompletableFuture<>();

  /** The version of the library, and how it connects. */
  record Way(int line, String... transports) {
    boolean changes() {
      return transports.length > 1;
    }
  }

  private SocketIoJavaClient(Socket socket) {
    this.socket = socket;
    socket.io().on(Manager.EVENT_TRANSPORT, args -> tries((Transport) args[0]));
  }

  private void tries(Transport transport) {
    transports.add(transport.name);
    if (transports.size() == 1) {
      engine().on(io.socket.engineio.client.Socket.EVENT_UPGRADE, args -> upgraded.complete(null));
    }
  }

  /** The Engine.IO socket, which neither version makes public. */
  private io.socket.engineio.client.Socket engine() {
    try {
      Field engine = Manager.class.getDeclaredField("engine");
      engine.setAccessible(true);
      return (io.socket.engineio.client.Socket) engine.get(socket.io());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Connects to the namespace, with the wanted transports. Fails with the text of a refusal. */
  static SocketIoJavaClient enter(URI gateway, String namespace, Way way) throws Exception {
    return enter(gateway, namespace, way, Map.of());
  }

  /**
   * Does the same with a login.
   *
   * @param login the client's name and password
   */
  static SocketIoJavaClient enter(URI gateway, String namespace, Way way, Map<String, String> login)
      throws Exception {
    IO.Options options = new IO.Options();
    options.forceNew = true;
    options.reconnection = false;
    options.transports = way.transports();
    if (way.line() == 4) {
      options.auth = login;
    } else {
      login.forEach(
          (name, value) ->
              options.query =
                  (options.query == null ? "" : options.query + "&") + name + "=" + value);
    }
    Socket socket = IO.socket(gateway.resolve(namespace), options);
    SocketIoJavaClient client = new SocketIoJavaClient(socket);
    client.connect(way);
    return client;
  }

  private void connect(Way way) throws Exception {
    CompletableFuture<Void> in = new CompletableFuture<>();
    socket.on(Socket.EVENT_CONNECT, args -> in.complete(null));
    for (String refusal : List.of(Socket.EVENT_CONNECT_ERROR, "error")) {
      socket.on(refusal, args -> in.completeExceptionally(new Refused(String.valueOf(args[0]))));
    }
    socket.connect();
    try {
      await(in);
      if (way.changes()) {
        await(upgraded);
      }
    } catch (Refused e) {
      close();
      throw e;
    }
    if (!transports.equals(List.of(way.transports()))) {
      throw new AssertionError("connected over " + transports);
    }
  }

  /** A refusal by the server. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String words) {
      super(words);
    }
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    try {
      return future.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Refused refused ? refused : e;
    } catch (TimeoutException e) {
      throw new AssertionError("not done in " + SECONDS + " seconds", e);
    }
  }

  /** Sends an event, and returns the arguments of its acknowledgement. */
  Object[] ask(String event, Object... arguments) throws Exception {
    CompletableFuture<Object[]> answer = new CompletableFuture<>();
    socket.emit(event, arguments, answer::complete);
    return await(answer);
  }

  void emit(String event, Object... arguments) {
    socket.emit(event, arguments);
  }

  /** Collects all events of that name from now on. */
  void listen(String event) {
    BlockingQueue<Object[]> queue = new LinkedBlockingQueue<>();
    received.put(event, queue);
    socket.on(event, queue::add);
  }

  /** Acknowledges all events of that name. */
  void answer(String event, Function<Object, Object> with) {
    socket.on(event, args -> ((Ack) args[args.length - 1]).call(with.apply(args[0])));
  }

  /** Returns the arguments of the next event of a collected name. */
  Object[] next(String event) throws InterruptedException {
    Object[] arguments = received.get(event).poll(SECONDS, TimeUnit.SECONDS);
    if (arguments == null) {
      throw new AssertionError("no " + event + " in " + SECONDS + " seconds");
    }
    return arguments;
  }

  /** Returns the next event that contains the text, and drops the events before it. */
  String find(String event, String words) throws InterruptedException {
    String shown;
    do {
      shown = Arrays.toString(next(event));
    } while (!shown.contains(words));
    return shown;
  }

  /** Leaves the namespace, and waits until that is done. */
  void leave() throws Exception {
    CompletableFuture<Object[]> left = new CompletableFuture<>();
    socket.on(Socket.EVENT_DISCONNECT, left::complete);
    socket.disconnect();
    await(left);
  }

  @Override
  public void close() {
    socket.disconnect();
  }
}
