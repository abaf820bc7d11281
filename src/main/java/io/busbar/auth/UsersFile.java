package io.busbar.auth;

import io.busbar.config.ConfigException;
import io.busbar.config.Home;
import io.busbar.config.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The users file, with lines {@code name:hash} or {@code name:hash:role,role}. Empty lines and
 * lines with {@code #} at their beginning are ignored. It is read again when it has changed; after
 * an error the old users stay. Any thread may ask for users; only one at a time may check the file.
 */
final class UsersFile {
  private static final System.Logger LOG = System.getLogger("io.busbar.auth");
  private static final String KEY = "auth.users";

  /** A user: one line of the file. */
  record User(String name, String hash, Set<String> roles) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** The attributes of the file that a check compares without reading. */
  private record Seen(FileTime modified, long size) {
    private static Seen of(Path path) throws IOException {
      return new Seen(Files.getLastModifiedTime(path), Files.size(path));
    }
  }

  private record Read(Map<String, User> users, @Nullable Seen from) {}

  private final String name;
  private final @Nullable Path path;
  private final boolean demo;
  private volatile Read read;
  private @Nullable Seen seen;

  /**
   * Reads the file.
   *
   * @param demo whether the demo user may log in
   * @throws ConfigException where it does not exist, or a line is wrong
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

  /** Returns the user; null for none. */
  @Nullable User find(String user) {
    return read.users().get(user);
  }

  /** Returns whether the user is unchanged. */
  boolean knows(User user) {
    return user.equals(read.users().get(user.name()));
  }

  /**
   * Reads the file again when it has changed, and is the same as at the last check; otherwise
   * somebody may still be writing it. Blocks.
   *
   * @return names whose sessions must end, because the user is gone or has another password; empty
   *     where nothing was read
   */
  Optional<Set<String>> lookAgain() {
    try {
      Seen before = seen;
      Seen now = path == null ? null : Seen.of(path);
      seen = now;
      boolean settled = now != null && now.equals(before);
      return settled && !Objects.equals(now, read.from()) ? readAgain() : Optional.empty();
    } catch (IOException e) {
      return stay(e);
    }
  }

  /** Reads the file again in any case, otherwise like {@link #lookAgain}. */
  Optional<Set<String>> readAgain() {
    Read before = read;
    try {
      read = read();
    } catch (IOException | ConfigException e) {
      return stay(e);
    }
    LOG.log(System.Logger.Level.INFO, "users were read again from " + name);
    Set<String> removed = new HashSet<>();
    for (User user : before.users().values()) {
      User now = find(user.name());
      if (now == null || !now.hash().equals(user.hash())) {
        removed.add(user.name());
      }
    }
    return Optional.of(removed);
  }

  private Optional<Set<String>> stay(Exception why) {
    LOG.log(System.Logger.Level.WARNING, "users stay as they were: " + Reason.of(why));
    return Optional.empty();
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
    Seen from = Seen.of(path);
    return new Read(parse(Files.readAllLines(path)), from);
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
    if (parts[0].length() > PasswordChecks.LONGEST) {
      throw wrong(number, "names a user with more than " + PasswordChecks.LONGEST + " characters");
    }
    if (!Passwords.isHash(parts[1])) {
      throw wrong(number, "has no bcrypt hash; `busbar.jar hash` makes one");
    }
    boolean roles = parts.length == 3 && !parts[2].isBlank();
    List<String> names = roles ? List.of(parts[2].strip().split("\\s*,\\s*")) : List.of();
    return new User(parts[0], parts[1], Set.copyOf(names));
  }

  /** Returns an error with the number of the line, and nothing of its text. */
  private ConfigException wrong(int line, String what) {
    return new ConfigException(KEY, "is wrong in " + name + ": line " + line + " " + what);
  }
}
