package io.busbar.auth;

import io.busbar.config.ConfigException;
import io.busbar.config.Home;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The users file: lines of {@code name:hash} or {@code name:hash:role,role}; empty lines and those
 * that begin with {@code #} say nothing. Read again when it has changed; what is wrong then leaves
 * the users as they were. Any thread may use it.
 */
final class UsersFile {
  private static final System.Logger LOG = System.getLogger("io.busbar.auth");
  private static final String KEY = "auth.users";

  /** One line. */
  record User(String name, String hash, Set<String> roles) {
    @Override
    public String toString() {
      return name;
    }
  }

  private record Read(Map<String, User> users, FileTime modified) {}

  private final String name;
  private final Path path;
  private final boolean demo;
  private volatile Read read;

  /**
   * Will read it.
   *
   * @param demo whether the demo user may log in
   * @throws ConfigException where it is not there, or a line is wrong
   */
  UsersFile(String name, boolean demo) {
    this.name = name;
    this.path = Home.find(name).orElse(null);
    this.demo = demo;
    try {
      this.read = read();
    } catch (IOException e) {
      throw new ConfigException(KEY, "cannot be read: " + name);
    }
  }

  /** Null when there is no such user. */
  User find(String user) {
    return read.users().get(user);
  }

  /** Whether the user is as it was. */
  boolean knows(User user) {
    return user.equals(read.users().get(user.name()));
  }

  /** Will read the file again when it has changed. Blocks. */
  void lookAgain() {
    if (path == null) {
      return;
    }
    try {
      if (!Files.getLastModifiedTime(path).equals(read.modified())) {
        read = read();
        LOG.log(System.Logger.Level.INFO, "users were read again from " + name);
      }
    } catch (IOException | ConfigException e) {
      LOG.log(System.Logger.Level.WARNING, "users stay as they were: " + e.getMessage());
    }
  }

  private Read read() throws IOException {
    if (path == null) {
      try (InputStream inJar = UsersFile.class.getResourceAsStream("/" + name)) {
        if (inJar == null) {
          throw new IOException(name);
        }
        String text = new String(inJar.readAllBytes(), StandardCharsets.UTF_8);
        return new Read(parse(text.lines().toList()), null);
      }
    }
    FileTime modified = Files.getLastModifiedTime(path);
    return new Read(parse(Files.readAllLines(path)), modified);
  }

  private Map<String, User> parse(List<String> lines) {
    Map<String, User> users = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        User user = user(line, i + 1);
        if (users.put(user.name(), user) != null) {
          throw wrong(i + 1, "names a user for the second time");
        }
      }
    }
    if (!demo) {
      users.values().removeIf(user -> isDemo(user));
    }
    return users;
  }

  private static boolean isDemo(User user) {
    return user.name().equals("demo") && Passwords.isRight("demo", user.hash());
  }

  private User user(String line, int number) {
    String[] parts = line.split(":", -1);
    boolean whole = (parts.length == 2 || parts.length == 3) && !parts[0].isBlank();
    if (!whole) {
      throw wrong(number, "must be name:hash or name:hash:role,role");
    }
    if (!Passwords.isHash(parts[1])) {
      throw wrong(number, "has no bcrypt hash; `busbar.jar hash` makes one");
    }
    boolean roles = parts.length == 3 && !parts[2].isBlank();
    List<String> names = roles ? List.of(parts[2].strip().split("\\s*,\\s*")) : List.of();
    return new User(parts[0], parts[1], Set.copyOf(names));
  }

  /** Says which line, and nothing of what stands there. */
  private ConfigException wrong(int line, String what) {
    return new ConfigException(KEY, "is wrong in " + name + ": line " + line + " " + what);
  }
}
