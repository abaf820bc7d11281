package io.busbar.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.math.BigInteger;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads one YAML document into a tree and tells of every key which line it stands on. Stricter than
 * YAML: no key twice, no aliases, no second document.
 */
final class YamlTree {
  private static final YAMLFactory FACTORY = new YAMLFactory();

  /** Hears where each key and each list element starts. */
  interface Lines {
    void at(String key, int line);
  }

  private final YAMLParser parser;
  private final Lines lines;

  private YamlTree(YAMLParser parser, Lines lines) {
    this.parser = parser;
    this.lines = lines;
  }

  /**
   * Will return MissingNode for a text without a value, and throw {@link Malformed} for what is no
   * YAML.
   *
   * @param key the dotted key that the text is the value of; empty for a whole file
   */
  static JsonNode read(String text, String key, Lines lines) throws Malformed {
    try (YAMLParser parser = FACTORY.createParser(text)) {
      YamlTree tree = new YamlTree(parser, lines);
      if (parser.nextToken() == null) {
        return MissingNode.getInstance();
      }
      JsonNode value = tree.value(key);
      if (parser.nextToken() != null) {
        throw tree.malformed("has a second document");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw Malformed.of(e);
    } catch (IOException e) {
      throw new Malformed(0, "cannot be read: " + e.getMessage());
    }
  }

  private JsonNode value(String key) throws IOException, Malformed {
    if (parser.isCurrentAlias()) {
      throw malformed(key + " is an alias (*name); write the value out");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(key);
      case START_ARRAY -> list(key);
      case VALUE_NUMBER_INT -> integer(parser.getBigIntegerValue());
      case VALUE_NUMBER_FLOAT -> DoubleNode.valueOf(parser.getDoubleValue());
      case VALUE_TRUE -> BooleanNode.TRUE;
      case VALUE_FALSE -> BooleanNode.FALSE;
      case VALUE_NULL -> NullNode.getInstance();
      default -> TextNode.valueOf(parser.getText());
    };
  }

  private static JsonNode integer(BigInteger number) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (number.bitLength() < Integer.SIZE) {
      return nodes.numberNode(number.intValue());
    }
    return number.bitLength() < Long.SIZE
        ? nodes.numberNode(number.longValue())
        : nodes.numberNode(number);
  }

  private ObjectNode object(String key) throws IOException, Malformed {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      String path = Keys.join(key, name);
      int line = parser.currentTokenLocation().getLineNr();
      if (object.has(name)) {
        throw new Malformed(line, path + " is there twice");
      }
      lines.at(path, line);
      parser.nextToken();
      object.set(name, value(path));
    }
    return object;
  }

  private ArrayNode list(String key) throws IOException, Malformed {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String path = Keys.element(key, list.size());
      lines.at(path, parser.currentTokenLocation().getLineNr());
      list.add(value(path));
    }
    return list;
  }

  private Malformed malformed(String what) {
    return new Malformed(parser.currentTokenLocation().getLineNr(), what);
  }

  /** A text that is no YAML, or not YAML as Busbar takes it. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;

    Malformed(int line, String what) {
      super(what);
      this.line = line;
    }

    static Malformed of(JsonProcessingException e) {
      if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
        String problem = "is not YAML: " + marked.getProblem();
        return new Malformed(marked.getProblemMark().getLine() + 1, problem);
      }
      JsonLocation location = e.getLocation();
      String what = "is not YAML: " + e.getOriginalMessage().lines().findFirst().orElse("");
      return new Malformed(location == null ? 0 : location.getLineNr(), what);
    }

    /** From 1; 0 when unknown. */
    int line() {
      return line;
    }
  }
}
