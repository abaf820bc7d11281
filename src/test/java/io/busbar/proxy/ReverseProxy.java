package io.busbar.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.FreePort;
import io.busbar.Prerequisites;
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
 * A real reverse proxy in front of a gateway, with the configuration that proxies.md gives for it.
 * Used by the thread of the test.
 */
public final class ReverseProxy implements AutoCloseable {
  /** The base path of a gateway that has only a part of a host. */
  public static final String BASE_PATH = "/realtime";

  private static final Path PAGE = Path.of("src", "site", "markdown", "proxies.md");
  private static final String NODE = "127.0.0.1:8080";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** The programs that the tests use. */
  public enum Kind {
    NGINX("nginx", "nginx", "listen 80;", "listen 127.0.0.1:%d;") {
      @Override
      String around(String stanza, Path folder, int port) {
        return """
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
          %2$s
        }
        """
            .formatted(folder, stanza);
      }

      @Override
      List<String> arguments(Path folder, Path config) {
        return List.of("-p", folder.toString(), "-c", config.toString());
      }
    },
    HAPROXY("HAProxy", "haproxy", "bind :80", "bind 127.0.0.1:%d") {
      @Override
      String around(String stanza, Path folder, int port) {
        return stanza;
      }

      @Override
      List<String> arguments(Path folder, Path config) {
        return List.of("-db", "-f", config.toString());
      }
    },
    CADDY("Caddy", "caddy", ":80 {", ":%d {") {
      @Override
      String around(String stanza, Path folder, int port) {
        return "{\n  admin off\n  default_bind 127.0.0.1\n  auto_https off\n}\n" + stanza;
      }

      @Override
      List<String> arguments(Path folder, Path config) {
        return List.of("run", "--adapter", "caddyfile", "--config", config.toString());
      }
    },
    APACHE("Apache", "apache2", "<VirtualHost *:80>", "<VirtualHost 127.0.0.1:%d>") {
      @Override
      String around(String stanza, Path folder, int port) {
        String modules = "/usr/lib/apache2/modules/mod_";
        StringBuilder loaded = new StringBuilder();
        for (String module : List.of("mpm_event", "authz_core", "proxy", "proxy_http", "headers")) {
          loaded.append("LoadModule %s_module %s%s.so\n".formatted(module, modules, module));
        }
        return """
        ServerRoot %1$s
        DefaultRuntimeDir %1$s
        PidFile %1$s/apache2.pid
        ErrorLog %1$s/error.log
        ServerName localhost
        Listen 127.0.0.1:%2$d
        %3$s
        User www-data
        Group www-data
        %4$s
        """
            .formatted(folder, port, loaded, stanza);
      }

      @Override
      List<String> arguments(Path folder, Path config) {
        return List.of("-d", folder.toString(), "-f", config.toString(), "-DFOREGROUND");
      }
    };

    private final String name;
    private final String program;
    private final String listens;
    private final String listensHere;

    /**
     * @param name its name on the page
     * @param program the program
     * @param listens the text of the configuration with the address on which it listens
     * @param listensHere the text that replaces it in a test
     */
    Kind(String name, String program, String listens, String listensHere) {
      this.name = name;
      this.program = program;
      this.listens = listens;
      this.listensHere = listensHere;
    }

    abstract String around(String stanza, Path folder, int port);

    abstract List<String> arguments(Path folder, Path config);

    /** Skips the test if the program is missing; on CI that is a failure. */
    public void assumeInstalled() {
      assumeInstalled("the gateway is not tested behind it");
    }

    /**
     * Does the same with another message.
     *
     * @param untested what is not tested
     */
    public void assumeInstalled(String untested) {
      Prerequisites.assume(path() != null, "No " + program + ": " + untested);
    }

    private Path path() {
      return Stream.concat(
              Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
          .map(at -> Path.of(at, program))
          .filter(Files::isExecutable)
          .findFirst()
          .orElse(null);
    }
  }

  private final int port = FreePort.find();
  private final String base;
  private final Process process;

  private ReverseProxy(Kind kind, Path folder, String stanza, String base) {
    this.base = base;
    try {
      Path config = folder.resolve("proxy.conf");
      String listening = replace(stanza, kind.listens, kind.listensHere.formatted(port));
      Files.writeString(config, kind.around(listening, folder, port));
      ProcessBuilder builder = new ProcessBuilder(kind.path().toString());
      builder.command().addAll(kind.arguments(folder, config));
      builder.environment().put("HOME", folder.toString());
      builder.environment().put("XDG_DATA_HOME", folder.toString());
      builder.environment().put("XDG_CONFIG_HOME", folder.toString());
      Path out = folder.resolve("out.log");
      process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
      await()
          .atMost(PATIENCE)
          .failFast(() -> assertThat(process.isAlive()).as(Files.readString(out)).isTrue())
          .until(this::listens);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a proxy in an empty folder, with the caller's own configuration. It must listen as the
   * page's does.
   */
  public static ReverseProxy start(Kind kind, Path folder, String stanza) {
    return new ReverseProxy(kind, folder, stanza, "");
  }

  /** Starts a proxy in an empty folder that forwards its whole host to the gateway at that port. */
  public static ReverseProxy start(Kind kind, Path folder, int gateway) throws IOException {
    return new ReverseProxy(kind, folder, stanza(kind).replace(NODE, "127.0.0.1:" + gateway), "");
  }

  /**
   * Starts nginx in an empty folder, in front of several gateways: {@code server} lines in the
   * page's {@code upstream}.
   *
   * @param folder the empty folder
   * @param log the file for a line for each request that has ended: the method, the path with its
   *     query, and the gateways that nginx tried, as {@code 127.0.0.1:8080}
   * @param gateways their ports
   */
  public static ReverseProxy startNginx(Path folder, Path log, int... gateways) throws IOException {
    String servers =
        IntStream.of(gateways)
            .mapToObj("server 127.0.0.1:%d;"::formatted)
            .collect(Collectors.joining(" "));
    String listens = Kind.NGINX.listens;
    String stanza = replace(stanza(Kind.NGINX), "server " + NODE + ";", servers);
    String logging = "log_format asked '$request_method $request_uri $upstream_addr';\n";
    String logged = "%s access_log %s asked;".formatted(listens, log);
    return new ReverseProxy(Kind.NGINX, folder, logging + replace(stanza, listens, logged), "");
  }

  /**
   * Does the same as {@link #start(Kind, Path, int)}, but forwards only paths below {@link
   * #BASE_PATH}.
   */
  public static ReverseProxy startBelowAPath(Kind kind, Path folder, int gateway)
      throws IOException {
    String[] row =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("| " + kind.name + " | `"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no row for " + kind.name))
            .split("`");
    String stanza = replace(stanza(kind), row[1], row[3]);
    return new ReverseProxy(kind, folder, stanza.replace(NODE, "127.0.0.1:" + gateway), BASE_PATH);
  }

  /** The first block of code below the heading. */
  private static String stanza(Kind kind) throws IOException {
    String page = Files.readString(PAGE);
    String section = page.split("\n## " + kind.name + "\n", 2)[1].split("\n## ", 2)[0];
    return section.split("```\n", 3)[1];
  }

  private static String replace(String text, String words, String others) {
    assertThat(text).containsOnlyOnce(words);
    return text.replace(words, others);
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** The URL of the gateway's first page, without the slash at the end. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port + base);
  }

  @Override
  public void close() {
    List<ProcessHandle> workers = process.descendants().toList();
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
