package io.busbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestJvm;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * All attackers in a process of their own. Its priority is low, because real attackers have other
 * machines. Owned by one thread.
 */
final class Attackers implements AutoCloseable {
  private static final String REFUSED = "refused";
  private static final String HEARD = "heard";
  private static final String UNFAIR = "unfair";

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter questions;

  /** Starts the attackers. */
  Attackers(IncompleteMessages.Ports ports) throws IOException {
    process =
        new ProcessBuilder(
                "nice",
                "-n",
                "10",
                TestJvm.java(),
                "-Xmx256m",
                "-cp",
                TestJvm.classPath(),
                Attackers.class.getName(),
                Integer.toString(ports.http()),
                Integer.toString(ports.stomp()),
                Integer.toString(ports.tcpBridge()),
                Integer.toString(ports.admin()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    questions = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  private JsonObject counts() {
    questions.println("?");
    try {
      String line = answers.readLine();
      assertThat(line).as("what the attackers count").isNotNull();
      return new JsonObject(line);
    } catch (IOException e) {
      throw new IllegalStateException("the attackers are gone", e);
    }
  }

  /** The number of refusals. */
  int refused(Attack attack) {
    return counts().getJsonObject(REFUSED).getInteger(attack.name());
  }

  /** The number of answers. */
  int received(Attack attack) {
    return counts().getJsonObject(HEARD).getInteger(attack.name());
  }

  /** The answers that no client may get. */
  List<?> unfair() {
    return counts().getJsonArray(UNFAIR).getList();
  }

  /** Stops all attackers. */
  @Override
  public void close() {
    questions.close();
    process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
  }

  /**
   * Attacks the ports of HTTP, STOMP, the TCP bridge and the admin server, until standard input
   * ends.
   */
  public static void main(String[] arguments) throws IOException {
    IncompleteMessages.Ports ports =
        new IncompleteMessages.Ports(
            Integer.parseInt(arguments[0]),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]));
    List<Attacker> all = new ArrayList<>();
    for (Attack attack : Attack.values()) {
      for (int i = 0; i < attack.attackers(); i++) {
        all.add(new Attacker(attack, ports, 1 + all.size()));
      }
    }
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      System.out.println(counted(all));
    }
    for (Attacker each : all) {
      each.close();
    }
  }

  private static String counted(List<Attacker> all) {
    JsonObject refused = new JsonObject();
    JsonObject received = new JsonObject();
    JsonArray unfair = new JsonArray();
    for (Attacker each : all) {
      String kind = each.kind().name();
      refused.put(kind, refused.getInteger(kind, 0) + each.refusedCount());
      received.put(kind, received.getInteger(kind, 0) + each.heardCount());
      if (each.unfair() != null) {
        unfair.add(each.unfair());
      }
    }
    return new JsonObject().put(REFUSED, refused).put(HEARD, received).put(UNFAIR, unfair).encode();
  }
}
