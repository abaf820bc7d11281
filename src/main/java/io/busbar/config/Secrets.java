package io.busbar.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The masking of secrets: values under a key with a secret's name, and passwords in URLs. */
final class Secrets {
  static final String MASK = "***";

  private static final Pattern KEY =
      Pattern.compile("password|passcode|secret|token", Pattern.CASE_INSENSITIVE);
  private static final Pattern IN_URL = Pattern.compile("(://[^/@:\\s]*:)[^/@\\s]+@");

  private Secrets() {}

  static boolean hides(String key) {
    return KEY.matcher(key).find();
  }

  /** Returns the text with the password of a URL masked. */
  static String mask(String text) {
    return IN_URL.matcher(text).replaceAll("$1" + MASK + "@");
  }

  /** Returns a copy of the tree with all secrets masked; an empty value is no secret. */
  static Object maskTree(Object tree) {
    return mask(tree, false);
  }

  private static Object mask(Object node, boolean hidden) {
    if (node instanceof Map<?, ?> map) {
      Map<String, Object> masked = new LinkedHashMap<>();
      map.forEach(
          (key, value) -> masked.put((String) key, mask(value, hidden || hides((String) key))));
      return masked;
    }
    if (node instanceof List<?> list) {
      List<Object> masked = new ArrayList<>();
      list.forEach(element -> masked.add(mask(element, hidden)));
      return masked;
    }
    if (hidden) {
      return "".equals(node) ? node : MASK;
    }
    return node instanceof String text ? mask(text) : node;
  }
}
