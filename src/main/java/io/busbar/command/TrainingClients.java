package io.busbar.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Clients of the main protocols, enough for the JVM to learn how their code runs. Each one
 * subscribes to a channel of its own, publishes there, receives the message, and leaves. Used by
 * the thread of the command; the clients run on threads of their own.
 */
final class TrainingClients {
  private static final int OF_EACH = 500;
  private static final int AT_ONCE = 16;

  private final URI http;
  private final int stomp;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  TrainingClients(URI http, int stomp) {
    this.http = http;
    this.stomp = stomp;
  }

  /** Runs all clients and returns when they have left. */
  void run() throws TrainingException, InterruptedException {
    List<Callable<Void>> all = new ArrayList<>();
    for (int i = 0; i < OF_EACH; i++) {
      String channel = "public.training-" + i;
      all.add(() -> bridge(channel));
      all.add(() -> sockJs(channel));
      all.add(() -> stomp(TrainingSocket.webSocket(client, at("/stomp"), "v12.stomp"), channel));
      all.add(() -> stomp(TrainingSocket.tcp(http.getHost(), stomp), channel));
      all.add(() -> socketIo(channel));
      all.add(() -> pusher(channel));
      all.add(this::page);
    }
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      CompletionService<Void> ended = new ExecutorCompletionService<>(threads);
      all.forEach(ended::submit);
      for (int i = 0; i < all.size(); i++) {
        ended.take().get();
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() instanceof CompletionException c ? c.getCause() : e.getCause();
      throw new TrainingException("a client failed: " + cause);
    } finally {
      threads.shutdownNow();
    }
  }

  private URI at(String path) {
    return URI.create("ws://" + http.getAuthority() + path);
  }

  private @Nullable Void bridge(String channel) throws IOException, InterruptedException {
    try (TrainingSocket socket = TrainingSocket.webSocket(client, at("/eventbus/websocket"))) {
      socket.send("{\"type\":\"register\",\"address\":\"" + channel + "\"}");
      socket.send("{\"type\":\"publish\",\"address\":\"" + channel + "\",\"body\":{\"a\":1}}");
      socket.expect("\"rec\"");
    }
    return null;
  }

  private @Nullable Void sockJs(String channel) throws IOException, InterruptedException {
    String path = "/eventbus/000/" + channel.replace('.', '-') + "/websocket";
    try (TrainingSocket socket = TrainingSocket.webSocket(client, at(path))) {
      socket.expect("o");
      String about = "\\\"address\\\":\\\"" + channel + "\\\"";
      socket.send("[\"{\\\"type\\\":\\\"register\\\"," + about + "}\"]");
      socket.send("[\"{\\\"type\\\":\\\"publish\\\"," + about + ",\\\"body\\\":\\\"a\\\"}\"]");
      socket.expect("rec");
    }
    return null;
  }

  private static @Nullable Void stomp(TrainingSocket opened, String channel)
      throws IOException, InterruptedException {
    try (TrainingSocket socket = opened) {
      socket.send("CONNECT\naccept-version:1.2\nhost:/\n\n\0");
      socket.expect("CONNECTED");
      socket.send("SUBSCRIBE\nid:0\ndestination:/topic/" + channel + "\nreceipt:s\n\n\0");
      socket.expect("RECEIPT");
      socket.send("SEND\ndestination:/topic/" + channel + "\ncontent-type:text/plain\n\na\0");
      socket.expect("MESSAGE");
    }
    return null;
  }

  private @Nullable Void socketIo(String channel) throws IOException, InterruptedException {
    String path = "/socket.io/?EIO=4&transport=websocket";
    try (TrainingSocket socket = TrainingSocket.webSocket(client, at(path))) {
      socket.expect("0{");
      socket.send("40");
      socket.expect("40{");
      socket.send("420[\"subscribe\",\"" + channel + "\",{}]");
      socket.expect("430[");
      socket.send("42[\"publish\",\"" + channel + "\",\"a\"]");
      socket.expect("42[");
    }
    return null;
  }

  private @Nullable Void pusher(String channel) throws IOException, InterruptedException {
    try (TrainingSocket socket = TrainingSocket.webSocket(client, at("/app/training?protocol=7"))) {
      socket.expect("connection_established");
      socket.send("{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"" + channel + "\"}}");
      socket.expect("subscription_succeeded");
    }
    return null;
  }

  private @Nullable Void page() throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(http.resolve("/")).build();
    client.send(request, BodyHandlers.discarding());
    return null;
  }
}
