package io.busbar;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Prints the slowest test classes for {@code mvn verify -Dtimings}, from the XML reports of
 * Surefire and Failsafe. Used by one thread.
 */
public final class Timings {
  private static final int ROWS = 40;
  private static final String REPORT = "TEST-";

  private Timings() {}

  /** One test class: its kind, and how long it took. */
  record Row(String kind, String name, int tests, double seconds) {
    private String text() {
      return String.format(Locale.ROOT, "%8.1f s %6d  %-12s %s", seconds, tests, kind, name);
    }
  }

  /**
   * @param arguments the folder of the build
   */
  public static void main(String[] arguments) throws IOException {
    lines(Path.of(arguments[0])).forEach(System.out::println);
  }

  /** The sum of each kind, and then the classes, the slowest first. */
  static List<String> lines(Path build) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String folder : List.of("surefire-reports", "failsafe-reports")) {
      rows.addAll(rows(build.resolve(folder)));
    }
    List<String> lines = new ArrayList<>();
    for (String kind : List.of("unit", "integration", "fuzz")) {
      List<Row> all = rows.stream().filter(row -> row.kind.equals(kind)).toList();
      int tests = all.stream().mapToInt(Row::tests).sum();
      double seconds = all.stream().mapToDouble(Row::seconds).sum();
      lines.add(new Row(kind, all.size() + " classes", tests, seconds).text());
    }
    rows.stream()
        .sorted(Comparator.comparingDouble(Row::seconds).reversed())
        .limit(ROWS)
        .forEach(row -> lines.add(row.text()));
    return lines;
  }

  private static List<Row> rows(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Row> rows = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Timings::isReport).toList()) {
        rows.add(row(file));
      }
    }
    return rows;
  }

  private static boolean isReport(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(REPORT) && name.endsWith(".xml");
  }

  private static Row row(Path report) throws IOException {
    try (InputStream in = Files.newInputStream(report)) {
      XMLStreamReader reader = XMLInputFactory.newDefaultFactory().createXMLStreamReader(in);
      reader.nextTag();
      String name = reader.getAttributeValue(null, "name");
      int tests = Integer.parseInt(reader.getAttributeValue(null, "tests"));
      String time = reader.getAttributeValue(null, "time").replace(",", "");
      return new Row(kind(name), name, tests, Double.parseDouble(time));
    } catch (XMLStreamException e) {
      throw new IOException(report + " is no report of tests", e);
    }
  }

  private static String kind(String name) {
    if (name.endsWith("Fuzz")) {
      return "fuzz";
    }
    return name.endsWith("IT") ? "integration" : "unit";
  }
}
