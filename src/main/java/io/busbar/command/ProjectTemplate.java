package io.busbar.command;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of a new project. They are in the jar below {@code new/}. The file {@code
 * new/LANGUAGE/files} has one line for each: its place in the jar and its place in the project.
 * Placeholders such as {@code {{name}}} in that file and in the others get the {@link #values}.
 * Immutable.
 */
final class ProjectTemplate {
  static final List<String> LANGUAGES = List.of("java", "kotlin", "groovy", "js", "python", "node");

  private static final String FOLDER = "/new/";

  private final String language;
  private final Map<String, String> values;

  /**
   * Makes the template of a feature.
   *
   * @param language one of {@link #LANGUAGES}
   * @param name words of small letters and digits, with dashes between them
   */
  ProjectTemplate(String language, String name) {
    this.language = language;
    this.values =
        Map.of(
            "{{name}}", name,
            "{{Name}}", className(name),
            "{{busbar}}", version());
  }

  private static String className(String name) {
    return Stream.of(name.split("-"))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(Collectors.joining());
  }

  /** The version of this build, from the manifest of the jar. */
  private static String version() {
    String version = ProjectTemplate.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  void write(Path folder) throws IOException {
    for (String line : read(language + "/files").lines().toList()) {
      String[] fromTo = line.split(" ", 2);
      Path file = folder.resolve(filled(fromTo[1]));
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, filled(read(fromTo[0])));
    }
  }

  private String filled(String text) {
    String filled = text;
    for (Map.Entry<String, String> each : values.entrySet()) {
      filled = filled.replace(each.getKey(), each.getValue());
    }
    return filled;
  }

  private static String read(String file) throws IOException {
    try (InputStream in = ProjectTemplate.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new FileNotFoundException("the jar has no " + FOLDER + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
