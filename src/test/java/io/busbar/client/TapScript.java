package io.busbar.client;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;

/**
 * One run of one script. Its output is TAP: {@code ok 1 - sentence} or {@code not ok 1 - sentence}
 * with the reason in the lines below, and {@code 1..N} at the end. With {@code # ask: restart} it
 * asks the test to do that and to answer with a line. Used once, by one thread.
 */
class TapScript {
  private static final long MINUTES = 10;
  private static final Pattern CHECK = Pattern.compile("(not )?ok \\d+ - (.*)");
  private static final Pattern PLAN = Pattern.compile("1\\.\\.(\\d+)");
  private static final Pattern ASK = Pattern.compile("# ask: (.*)");

  private final String name;
  private final Path folder;
  private final List<String> command;
  private final List<String> arguments = new ArrayList<>();
  private final Map<String, Runnable> favours = new HashMap<>();

  /** The reason why a sentence is not true, by sentence; null if it is true. */
  private final Map<String, String> outcomes = new LinkedHashMap<>();

  private String lastSentence;
  private int planned;

  /**
   * Makes the run of a script.
   *
   * @param name the name in front of its lines
   * @param folder the folder in which it runs
   * @param command the command that runs it
   */
  TapScript(String name, Path folder, List<String> command) {
    this.name = name;
    this.folder = folder;
    this.command = List.copyOf(command);
  }

  /** Adds an argument after the URL of the gateway. */
  TapScript with(Object argument) {
    arguments.add(argument.toString());
    return this;
  }

  /** Sets what the test does when the script asks for it. */
  TapScript whenAsked(String what, Runnable favour) {
    favours.put(what, favour);
    return this;
  }

  /** Runs it with the gateway. Returns a test for each check, and one for the end of the script. */
  List<DynamicTest> checks(URI gateway) {
    int exitCode = run(gateway);
    List<DynamicTest> tests = new ArrayList<>();
    outcomes.forEach((sentence, why) -> tests.add(dynamicTest(sentence, () -> passed(why))));
    tests.add(dynamicTest(name + " runs to its end", () -> ended(exitCode)));
    return tests;
  }

  private static void passed(String why) {
    if (why != null) {
      Assertions.fail(why);
    }
  }

  private void ended(int exitCode) {
    boolean allPassed = outcomes.values().stream().allMatch(why -> why == null);
    Assertions.assertTrue(planned > 0, name + " said no plan and exited with " + exitCode);
    Assertions.assertEquals(planned, outcomes.size(), "checks");
    Assertions.assertEquals(allPassed ? 0 : 1, exitCode, "exit code");
  }

  private int run(URI gateway) {
    List<String> all = new ArrayList<>(command);
    all.add(gateway.toString());
    all.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .directory(folder.toAbsolutePath().toFile())
            .redirectErrorStream(true);
    Process process = null;
    try {
      process = builder.start();
      CompletableFuture.delayedExecutor(MINUTES, TimeUnit.MINUTES)
          .execute(process::destroyForcibly);
      BufferedReader lines = process.inputReader();
      BufferedWriter answers = process.outputWriter();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(name + ": " + line);
        hear(line, answers);
      }
      return process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
    }
  }

  private void hear(String line, BufferedWriter answers) throws IOException {
    Matcher check = CHECK.matcher(line);
    Matcher plan = PLAN.matcher(line);
    Matcher ask = ASK.matcher(line);
    if (check.matches()) {
      lastSentence = check.group(2);
      outcomes.put(lastSentence, check.group(1) == null ? null : "");
    } else if (plan.matches()) {
      planned = Integer.parseInt(plan.group(1));
    } else if (ask.matches()) {
      favour(ask.group(1)).run();
      answers.write("done\n");
      answers.flush();
    } else if (line.startsWith("  ")) {
      outcomes.computeIfPresent(lastSentence, (sentence, why) -> why + line + "\n");
    }
  }

  private Runnable favour(String what) {
    Runnable favour = favours.get(what);
    if (favour == null) {
      throw new IllegalArgumentException(name + " asks for what no test does: " + what);
    }
    return favour;
  }
}
