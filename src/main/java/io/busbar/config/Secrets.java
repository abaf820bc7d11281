package io.busbar.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.regex.Pattern;

/** What must not be shown: values under a key that looks secret, passwords in URLs. */
final class Secrets {
  static final String MASK = "***";

  private static final Pattern KEY =
      Pattern.compile("password|passcode|secret|token", Pattern.CASE_INSENSITIVE);
  private static final Pattern IN_URL = Pattern.compile("(://[^/@:\\s]*:)[^/@\\s]+@");

  private Secrets() {}

  static boolean hides(String key) {
    return KEY.matcher(key).find();
  }

  /** Will return the text with the password of a URL in it masked. */
  static String mask(String text) {
    return IN_URL.matcher(text).replaceAll("$1" + MASK + "@");
  }

  /** Will return the tree with every secret in it masked. */
  static JsonNode mask(JsonNode node) {
    return mask(node, false);
  }

  private static JsonNode mask(JsonNode node, boolean hidden) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              field -> field.setValue(mask(field.getValue(), hidden || hides(field.getKey()))));
      return object;
    }
    if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        list.set(i, mask(list.get(i), hidden));
      }
      return list;
    }
    if (hidden) {
      return TextNode.valueOf(MASK);
    }
    return node.isTextual() ? TextNode.valueOf(mask(node.textValue())) : node;
  }
}
