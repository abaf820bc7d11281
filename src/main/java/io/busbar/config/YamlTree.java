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
 * One YAML document as a tree of Map, List, String, Boolean, Integer, Long, BigInteger, Double and
 * null. Stricter than YAML, so that nothing is guessed: only {@code true} and {@code false} are
 * booleans, only decimal digits are numbers, no key is there twice, and there are no aliases, tags
 * and second documents.
 */
final class YamlTree {
  private static final int DEEPEST = 50;
  private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]{0,99})");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?[0-9]{1,99}\\.[0-9]{0,99}([eE][-+]?[0-9]{1,3})?");

  /** Hears where each key and each list element starts. */
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
   * Will return null for a text without a value, and throw {@link Malformed} for what is no YAML.
   *
   * @param key the dotted key that the text is the value of; empty for a whole file
   */
  static @Nullable Object read(String text, String key, Lines lines) throws Malformed {
    try {
      Parser parser = new ParserImpl(new StreamReader(text), new LoaderOptions());
      return new YamlTree(parser, lines).document(key);
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      throw new Malformed(line, "is not YAML: " + e.getProblem());
    } catch (YAMLException e) {
      throw new Malformed(0, "is not YAML: " + e.getMessage().lines().findFirst().orElse(""));
    }
  }

  /** Will write what {@link #read} reads back as the same tree. */
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

  private Object value(String key, int depth) throws Malformed {
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

  private static Object scalar(String key, ScalarEvent event) throws Malformed {
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

  /** A text that is no YAML, or not YAML as Busbar takes it. */
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

    /** From 1; 0 when unknown. */
    int line() {
      return line;
    }
  }
}
