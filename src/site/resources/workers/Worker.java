import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.concurrent.CountDownLatch;

/** Answers what is asked at an address of a Busbar, by its TCP bridge: java -cp busbar.jar Worker.java */
public final class Worker {
  private static final String HOST = env("BUSBAR_HOST", "127.0.0.1");
  private static final int PORT = Integer.parseInt(env("BUSBAR_PORT", "7000"));
  private static final String ADDRESS = env("ADDRESS", "jobs");

  /** A code and words, which who asked is told. */
  private static final class Refusal extends RuntimeException {
    private final int code;

    private Refusal(int code, String words) {
      super(words);
      this.code = code;
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final NetClient client = vertx.createNetClient();
  private final CountDownLatch drained = new CountDownLatch(1);
  private NetSocket socket;
  private boolean leaving;

  private Object work(Object body, JsonObject headers) { // yours; it runs on a worker thread
    String event = headers.getString("event", "");
    if (event.equals("open") || event.equals("close")) { // of a service endpoint's client
      return null;
    }
    if ("".equals(body)) {
      throw new Refusal(400, "there is nothing to do");
    }
    System.out.println("did " + body);
    return "did " + body;
  }

  private void connect() {
    client.connect(PORT, HOST).onSuccess(this::serve).onFailure(e -> again(e.getMessage()));
  }

  private void again(String why) {
    System.err.println(why);
    if (leaving) {
      drained.countDown();
    } else {
      vertx.setTimer(1000, timer -> connect());
    }
  }

  private void serve(NetSocket connected) {
    if (leaving) {
      connected.close();
      drained.countDown();
      return;
    }
    socket = connected;
    RecordParser parser = RecordParser.newFixed(4);
    boolean[] length = {true};
    parser.handler(
        bytes -> {
          parser.fixedSizeMode(length[0] ? bytes.getInt(0) : 4);
          length[0] = !length[0];
          if (length[0]) {
            hear(connected, new JsonObject(bytes));
          }
        });
    connected.handler(parser).closeHandler(closed -> again("the connection has ended"));
    connected.exceptionHandler(e -> System.err.println(e.getMessage()));
    if (System.getenv("TOKEN") != null) {
      say(connected, new JsonObject().put("type", "login").put("token", System.getenv("TOKEN")));
    }
    say(connected, new JsonObject().put("type", "register").put("address", ADDRESS));
  }

  private void hear(NetSocket from, JsonObject message) {
    switch (message.getString("type")) {
      case "message" -> answer(from, message);
      // An ordered task after all others: what was begun is answered.
      case "pong" -> vertx.executeBlocking(() -> null).onComplete(done -> from.close());
      case "err" -> System.err.println(message);
      default -> {}
    }
  }

  private void answer(NetSocket to, JsonObject message) {
    vertx
        .executeBlocking(() -> work(message.getValue("body"), message.getJsonObject("headers")))
        .onComplete(
            done -> {
              if (message.containsKey("replyAddress")) {
                String address = message.getString("replyAddress");
                say(to, answer(done).put("type", "send").put("address", address));
              }
            });
  }

  private static JsonObject answer(AsyncResult<Object> done) {
    if (done.succeeded()) {
      return new JsonObject().put("body", done.result());
    }
    if (done.cause() instanceof Refusal refusal) {
      return new JsonObject().put("failureCode", refusal.code).put("message", refusal.getMessage());
    }
    System.err.println(done.cause());
    return new JsonObject().put("failureCode", 500).put("message", "the worker failed");
  }

  private static void say(NetSocket to, JsonObject message) {
    Buffer data = message.toBuffer();
    to.write(Buffer.buffer().appendInt(data.length()).appendBuffer(data));
  }

  /** Nothing comes after the pong. */
  private void drain() {
    leaving = true;
    if (socket == null) {
      drained.countDown();
      return;
    }
    say(socket, new JsonObject().put("type", "unregister").put("address", ADDRESS));
    say(socket, new JsonObject().put("type", "ping"));
  }

  private static String env(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }

  public static void main(String[] arguments) {
    Worker worker = new Worker();
    Context context = worker.vertx.getOrCreateContext();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> worker.leave(context)));
    context.runOnContext(nothing -> worker.connect());
  }

  private void leave(Context context) {
    context.runOnContext(nothing -> drain());
    try {
      drained.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
