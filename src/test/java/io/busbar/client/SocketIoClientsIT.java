package io.busbar.client;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Tests the Socket.IO clients that are not from npm, with the gateway from the jar. */
final class SocketIoClientsIT {
  private static final String PERMISSIONS =
      "permissions=[{address: 'public.*', allow: [subscribe, publish, send]},"
          + " {address: echo, allow: [send]},"
          + " {address: 'mine.{user}', authenticated: true, allow: [subscribe]}]";

  @TestFactory
  List<DynamicTest> newerClientForJavaWorks() {
    return checksInJava(4);
  }

  @TestFactory
  List<DynamicTest> olderClientForJavaWorks() {
    return checksInJava(2);
  }

  private static List<DynamicTest> checksInJava(int line) {
    return checks(JavaLibraries.command(SocketIoJavaScript.class, line), line);
  }

  @TestFactory
  List<DynamicTest> clientForPythonWorks() throws InterruptedException {
    String script = "src/test/python/socketio_client.py";
    Interpreter python = Interpreter.python("socketio, requests, websocket");
    python.assumeThere(script);
    return checks(List.of(python.path(), script), 4);
  }

  /**
   * Runs a client with a gateway of its own. With one gateway, the fourth wrong login from an
   * address would have to wait.
   */
  private static List<DynamicTest> checks(List<String> command, int line) {
    String name = command.get(command.size() - 1);
    try (Gateway gateway = new Gateway(PERMISSIONS)) {
      return new TapScript(name, Path.of(""), command).with(line).checks(gateway.url());
    }
  }
}
