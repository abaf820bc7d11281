package io.busbar;

import io.busbar.auth.Passwords;
import io.busbar.config.Reason;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * Reads a password from standard input, without echo on a terminal, and prints its hash. Used by
 * the main thread.
 */
@Command(name = "hash", description = "Reads a password on standard input and prints its hash.")
final class HashCommand implements Callable<Integer> {
  @Override
  public Integer call() throws IOException {
    String password = read();
    try {
      System.out.println(Passwords.hash(password == null ? "" : password));
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println("busbar: " + Reason.of(e));
      return 2;
    }
  }

  private static @Nullable String read() throws IOException {
    Console console = System.console();
    if (console != null) {
      char[] typed = console.readPassword("password: ");
      return typed == null ? null : new String(typed);
    }
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
  }
}
