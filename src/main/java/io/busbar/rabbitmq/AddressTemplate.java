package io.busbar.rabbitmq;

import io.vertx.core.MultiMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address with parts in braces: {@code {routing-key}}, {@code {routing-key.N}} (its words
 * between dots, from 1) and {@code {header.NAME}}. Immutable.
 */
final class AddressTemplate {
  private static final Pattern PART = Pattern.compile("\\{(routing-key|header)(?:\\.([^{}]+))?}");
  private static final Pattern BRACES = Pattern.compile("[{}]");

  private final String template;
  private final int longest;
  private final boolean fixed;

  /**
   * @param longest characters of an address
   * @throws IllegalArgumentException for a part that there is not
   */
  AddressTemplate(String template, int longest) {
    this.template = template;
    this.longest = longest;
    this.fixed = !BRACES.matcher(template).find();
    Matcher part = PART.matcher(template);
    while (part.find()) {
      boolean header = part.group(1).equals("header");
      boolean known =
          header ? part.group(2) != null : part.group(2) == null || isWord(part.group(2));
      if (!known) {
        throw new IllegalArgumentException(part.group() + " is no part of an address");
      }
    }
    if (BRACES.matcher(PART.matcher(template).replaceAll("")).find()) {
      throw new IllegalArgumentException(
          "an address has {routing-key}, {routing-key.1} and {header.name}, not " + template);
    }
  }

  /** Will fill the parts in. What others wrote cannot reach addresses of the gateway's own. */
  String address(String routingKey, MultiMap headers) throws BadMessageException {
    if (fixed) {
      return template;
    }
    StringBuilder address = new StringBuilder();
    Matcher part = PART.matcher(template);
    while (part.find()) {
      String value = value(part.group(1), part.group(2), routingKey, headers);
      if (value == null || value.isEmpty()) {
        throw new BadMessageException("the message has no " + part.group() + " for its address");
      }
      part.appendReplacement(address, Matcher.quoteReplacement(value));
    }
    part.appendTail(address);
    if (address.length() > longest) {
      throw new BadMessageException("its address is longer than " + longest + " characters");
    }
    if (address.indexOf("__vertx.") == 0 || address.indexOf("busbar.") == 0) {
      throw new BadMessageException("its address is one of the gateway's own");
    }
    return address.toString();
  }

  private static String value(String kind, String name, String routingKey, MultiMap headers) {
    if (kind.equals("header")) {
      return headers.get(name);
    }
    if (name == null) {
      return routingKey;
    }
    String[] words = routingKey.split("\\.", -1);
    int word = Integer.parseInt(name);
    return word <= words.length ? words[word - 1] : null;
  }

  private static boolean isWord(String name) {
    return name.matches("[1-9][0-9]{0,2}");
  }
}
