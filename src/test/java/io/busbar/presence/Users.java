package io.busbar.presence;

import io.busbar.auth.Passwords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Writes a file of users whose passwords are their names. */
final class Users {
  private Users() {}

  static Path in(Path folder, String... names) throws IOException {
    List<String> lines =
        Arrays.stream(names).map(name -> name + ":" + Passwords.hash(name)).toList();
    return Files.write(folder.resolve("users"), lines);
  }
}
