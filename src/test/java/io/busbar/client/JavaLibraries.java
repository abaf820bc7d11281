package io.busbar.client;

import io.busbar.TestJvm;
import io.socket.client.IO;
import io.socket.engineio.client.Transport;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import okio.Okio;
import org.assertj.core.api.Assertions;
import org.json.JSONObject;

/**
 * The Socket.IO clients for Java. The one for version 4 is on our class path. The one for version 2
 * has the same classes, so the build puts it into a folder.
 */
final class JavaLibraries {
  private static final Path OLDER = Path.of("target", "socketio-java-1").toAbsolutePath();
  private static final List<Class<?>> NEWER = List.of(IO.class, Transport.class);

  /** The libraries of both versions, and the scripts. */
  private static final List<Class<?>> SHARED =
      List.of(
          SocketIoJavaScript.class,
          OkHttpClient.class,
          Okio.class,
          JSONObject.class,
          Assertions.class,
          net.bytebuddy.ByteBuddy.class);

  private JavaLibraries() {}

  /** The command that runs that script with the client of version 4 or 2. */
  static List<String> command(Class<?> script, int line) {
    Stream<String> client =
        line == 4 ? NEWER.stream().map(JavaLibraries::place) : Stream.of(OLDER + "/*");
    String classPath =
        Stream.concat(client, SHARED.stream().map(JavaLibraries::place))
            .collect(Collectors.joining(File.pathSeparator));
    return List.of(
        TestJvm.java(), "-Xmx256m", TestJvm.SHORT_LIVED, "-cp", classPath, script.getName());
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
