package io.busbar.config;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.Event.ID;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * The reader and writer of one YAML document as a tree of Map, List, String, Boolean, Integer,
 * Long, BigInteger, Double and null. It is stricter than YAML, so it guesses nothing. Only {@code
 * true} and {@code false} are booleans, and only decimal digits are numbers. A key may occur once.
 * Aliases, tags and second documents are errors. Used by one thread.
 */
final class YamlTree {
  private static final int DEEPEST = 50;
  private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]{0,99})");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?[0-9]{1,99}\\.[0-9]{0,99}([eE][-+]?[0-9]{1,3})?");

  /**
   * The listener for the line of each key and each list element. Called on the thread that reads.
   */
  interface Lines {
    void at(String key, int line);
  }

  private final Parser parser;
  private final Lines lines;

  private YamlTree(Parser parser, Lines lines) {
    this.parser = parser;
    this.lines = lines;
  }

  /**
   * Returns the tree; null for a text without a value.
   *
   * @param key key with dots whose value the text is; empty for a whole file
   * @throws Malformed for a text that is no YAML
   */
  static @Nullable Object read(String text, String key, Lines lines) throws Malformed {
    try {
      Parser parser = new ParserImpl(new StreamReader(text), new LoaderOptions());
      return new YamlTree(parser, lines).document(key);
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      throw new Malformed(line, "is not YAML: " + e.getProblem());
    } catch (YAMLException e) {
      throw new Malformed(0, "is not YAML: " + Reason.of(e).lines().findFirst().orElse(""));
    }
  }

  /** Returns a text that {@link #read} reads as the same tree. */
  static String write(Object tree) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setIndentWithIndicator(true);
    options.setIndicatorIndent(2);
    options.setSplitLines(false);
    options.setNonPrintableStyle(DumperOptions.NonPrintableStyle.ESCAPE);
    return new Yaml(options).dump(tree);
  }

  private @Nullable Object document(String key) throws Malformed {
    parser.getEvent();
    if (parser.checkEvent(ID.StreamEnd)) {
      return null;
    }
    parser.getEvent();
    Object value = value(key, 0);
    parser.getEvent();
    if (!parser.checkEvent(ID.StreamEnd)) {
      throw malformed(parser.peekEvent(), "has a second document");
    }
    return value;
  }

  private @Nullable Object value(String key, int depth) throws Malformed {
    NodeEvent event = (NodeEvent) parser.getEvent();
    if (depth > DEEPEST) {
      throw malformed(event, "is nested too deeply");
    }
    if (event.is(ID.Alias)) {
      throw malformed(event, key + " is an alias (*name); write the value out");
    }
    if (event.is(ID.MappingStart)) {
      return map(key, depth);
    }
    return event.is(ID.SequenceStart) ? list(key, depth) : scalar(key, (ScalarEvent) event);
  }

  private Map<String, Object> map(String key, int depth) throws Malformed {
    Map<String, Object> map = new LinkedHashMap<>();
    while (!parser.checkEvent(ID.MappingEnd)) {
      Event event = parser.getEvent();
      if (!(event instanceof ScalarEvent name)) {
        throw malformed(event, "has a key that is not text");
      }
      String path = Keys.join(key, name.getValue());
      lines.at(path, line(event));
      if (map.containsKey(name.getValue())) {
        throw malformed(event, path + " is there twice");
      }
      map.put(name.getValue(), value(path, depth + 1));
    }
    parser.getEvent();
    return map;
  }

  private List<Object> list(String key, int depth) throws Malformed {
    List<Object> list = new ArrayList<>();
    while (!parser.checkEvent(ID.SequenceEnd)) {
      String path = Keys.element(key, list.size());
      lines.at(path, line(parser.peekEvent()));
      list.add(value(path, depth + 1));
    }
    parser.getEvent();
    return list;
  }

  private static @Nullable Object scalar(String key, ScalarEvent event) throws Malformed {
    if (event.getTag() != null) {
      throw malformed(event, key + " has a tag (" + event.getTag() + "); quotes make text");
    }
    return event.isPlain() ? plain(event.getValue()) : event.getValue();
  }

  private static @Nullable Object plain(String text) {
    if (INTEGER.matcher(text).matches()) {
      return integer(new BigInteger(text));
    }
    if (DECIMAL.matcher(text).matches()) {
      return Double.valueOf(text);
    }
    return switch (text) {
      case "", "~", "null" -> null;
      case "true" -> true;
      case "false" -> false;
      default -> text;
    };
  }

  private static Object integer(BigInteger number) {
    if (number.bitLength() < Integer.SIZE) {
      return number.intValue();
    }
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private static int line(Event event) {
    return event.getStartMark().getLine() + 1;
  }

  private static Malformed malformed(Event event, String what) {
    return new Malformed(line(event), what);
  }

  /** An error in a text that is no YAML, or no YAML that Busbar accepts. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;

    Malformed(int line, String what) {
      super(what);
      this.line = line;
    }

    /** There always is one. */
    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }

    /** Returns the line from 1; 0 when unknown. */
    int line() {
      return line;
    }
  }
}
