package io.busbar.client;

import static org.awaitility.Awaitility.await;

import io.busbar.FreePort;
import io.busbar.Needed;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * nginx as a load balancer that gives requests to nodes in turn, much as proxies.md configures it.
 */
final class Nginx implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String CONFIG =
      """
      daemon off;
      error_log %1$s/error.log warn;
      pid %1$s/nginx.pid;
      worker_processes 1;
      events { worker_connections 1024; }
      http {
        access_log off;
        client_body_temp_path %1$s/body;
        proxy_temp_path %1$s/proxy;
        fastcgi_temp_path %1$s/fastcgi;
        uwsgi_temp_path %1$s/uwsgi;
        scgi_temp_path %1$s/scgi;
        upstream busbar {
          %3$s
        }
        server {
          listen 127.0.0.1:%2$d;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_buffering off;
          location / {
            proxy_pass http://busbar;
          }
          location ~ /(xhr|xhr_streaming)$ {
            proxy_pass http://busbar;
            proxy_next_upstream error timeout non_idempotent;
          }
        }
      }
      """;

  private final int port = FreePort.find();
  private final Process process;

  /** Starts it in that empty folder, in front of nodes at these ports; not all need be there. */
  Nginx(Path folder, int... nodes) {
    String servers =
        IntStream.of(nodes)
            .mapToObj("server 127.0.0.1:%d max_fails=0;"::formatted)
            .collect(Collectors.joining(" "));
    Path config = folder.resolve("nginx.conf");
    try {
      Files.writeString(config, CONFIG.formatted(folder, port, servers));
      process =
          new ProcessBuilder(program().toString(), "-p", folder.toString(), "-c", config.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("out.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await().atMost(PATIENCE).until(this::listens);
  }

  /** Ends the test as skipped where nginx is missing; on CI that is a failure. */
  static void assumeInstalled() {
    String missing = "No nginx: SockJS behind a load balancer is not tested";
    boolean installed = program() != null;
    Needed.assume(installed, missing);
  }

  private static Path program() {
    return Stream.concat(
            Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
        .map(at -> Path.of(at, "nginx"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public void close() {
    List<ProcessHandle> workers = process.children().toList();
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    workers.forEach(ProcessHandle::destroyForcibly);
  }
}
