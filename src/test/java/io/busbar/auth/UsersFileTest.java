package io.busbar.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the users file and its hashes. */
final class UsersFileTest {
  private static final String HASH = Passwords.hash("anything");

  @TempDir private Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("users"), text);
  }

  @Test
  void hashMatchesOnlyItsPassword() {
    String hash = Passwords.hash("påss:word");
    assertThat(Passwords.isHash(hash)).isTrue();
    assertThat(Passwords.isRight("påss:word", hash)).isTrue();
    assertThat(Passwords.isRight("pass:word", hash)).isFalse();
    assertThat(Passwords.isRight("", hash)).isFalse();
    assertThat(Passwords.hash("påss:word")).isNotEqualTo(hash);
  }

  @Test
  void passwordThatBcryptWouldCutIsRefused() {
    String longest = "x".repeat(72);
    String hash = Passwords.hash(longest);
    assertThat(Passwords.isRight(longest, hash)).isTrue();
    assertThat(Passwords.isRight(longest + "y", hash)).isFalse();
    assertThatThrownBy(() -> Passwords.hash(longest + "y")).hasMessageContaining("72 bytes");
  }

  @Test
  void lineHasANameAHashAndRoles() throws IOException {
    Path file = write("# people\n\nann:" + HASH + ":trader, admin\nbob:" + HASH + "\n");
    UsersFile users = new UsersFile(file.toString(), true);
    assertThat(users.find("ann").roles()).containsExactlyInAnyOrder("trader", "admin");
    assertThat(users.find("bob").roles()).isEmpty();
    assertThat(users.find("# people")).isNull();
  }

  @Test
  void invalidLineIsNamedByNumberAndNotShown() throws IOException {
    String file = write("ann:" + HASH + "\nbob:plainsecret\n").toString();
    assertThatThrownBy(() -> new UsersFile(file, true))
        .hasMessageContaining("line 2 has no bcrypt hash")
        .message()
        .doesNotContain("plainsecret");
    write("ann:" + HASH + "\nann:" + HASH + "\n");
    assertThatThrownBy(() -> new UsersFile(file, true)).hasMessageContaining("second time");
    assertThatThrownBy(() -> new UsersFile("no/such/file", true))
        .hasMessageContaining("auth.users cannot be read: no/such/file");
  }

  @Test
  void changedFileIsReloadedUnlessItIsInvalid() throws IOException {
    Path file = write("ann:" + HASH + "\n");
    UsersFile users = new UsersFile(file.toString(), true);
    write("bob:" + HASH + "\n");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
    assertThat(users.lookAgain()).isEmpty();
    assertThat(users.find("ann")).as("somebody may be writing it").isNotNull();
    assertThat(users.lookAgain()).hasValue(Set.of("ann"));
    assertThat(users.find("ann")).isNull();
    assertThat(users.find("bob")).isNotNull();
    write("bob\n");
    Files.setLastModifiedTime(file, FileTime.fromMillis(2_000));
    users.lookAgain();
    assertThat(users.lookAgain()).isEmpty();
    assertThat(users.find("bob")).isNotNull();
  }

  @Test
  void demoUserIsForThisMachineOnly() {
    assertThat(new UsersFile("config/users", true).find("demo").roles()).containsExactly("demo");
    assertThat(new UsersFile("config/users", false).find("demo")).isNull();
  }
}
