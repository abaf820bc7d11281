package io.busbar.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The command that writes a project with a small feature, a poll. Used by the thread of the
 * command.
 */
@Command(
    name = "new",
    description = "Writes a small project with a feature: a poll, its page and its test.",
    mixinStandardHelpOptions = true)
public final class NewCommand implements Callable<Integer> {
  private static final int FAILED = 2;

  /**
   * The form of a name. Addresses begin with the name, and names of classes and packages contain
   * it.
   */
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  private static final int LONGEST = 40;

  /** The prefix of the gateway's own addresses. */
  private static final String OURS = "busbar";

  @Parameters(
      paramLabel = "NAME",
      description = "What the feature is known by: small letters, digits, single dashes.")
  private String name;

  @Option(
      names = "--lang",
      paramLabel = "LANGUAGE",
      description =
          "java (which it is without), kotlin, groovy: a jar. js: a script. python, node: a worker"
              + " outside.",
      defaultValue = "java")
  private String language;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where to write it; in a folder with its name without.")
  private @Nullable Path directory;

  @Override
  public Integer call() {
    String refused = refusal();
    if (refused != null) {
      return fail(refused);
    }
    Path folder = directory == null ? Path.of(name) : directory;
    try {
      if (isTaken(folder)) {
        return fail(folder + " is there already, and not an empty folder");
      }
      new ProjectTemplate(language, name).write(folder);
    } catch (IOException e) {
      return fail("cannot write " + folder + ": " + e);
    }
    System.out.println(folder + " is written: its README.md has the next commands");
    return 0;
  }

  private @Nullable String refusal() {
    if (!NAME.matcher(name).matches() || name.length() > LONGEST) {
      return "a name has 1 to "
          + LONGEST
          + " small letters, digits and single dashes, and begins with a letter: not "
          + name;
    }
    if (name.equals(OURS)) {
      return OURS + " is the gateway's own name: take another";
    }
    return ProjectTemplate.LANGUAGES.contains(language)
        ? null
        : "there is no language "
            + language
            + "; there are "
            + String.join(", ", ProjectTemplate.LANGUAGES);
  }

  private static boolean isTaken(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Files.exists(folder);
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isPresent();
    }
  }

  private static int fail(String words) {
    System.err.println("busbar: " + words);
    return FAILED;
  }
}
