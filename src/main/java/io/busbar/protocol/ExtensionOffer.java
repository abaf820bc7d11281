package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One extension of a {@code Sec-WebSocket-Extensions} header (RFC 6455, 9.1): a name and its
 * parameters, in their order.
 */
record ExtensionOffer(String name, List<Parameter> parameters) {
  /**
   * One parameter.
   *
   * @param value null for none
   */
  record Parameter(String name, @Nullable String value) {}

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern NAME = Pattern.compile(TOKEN);
  private static final Pattern PARAMETER =
      Pattern.compile("(" + TOKEN + ")(?:\\s*=\\s*(?:(" + TOKEN + ")|\"([^\"]+)\"))?");
  private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");

  /**
   * Returns the extensions of all these headers of a request. A value is a token, even in quotes,
   * so every comma and semicolon separates.
   *
   * @throws ProtocolException when a header breaks the grammar
   */
  static List<ExtensionOffer> parse(List<String> headers) {
    List<ExtensionOffer> offers = new ArrayList<>();
    for (String header : headers) {
      for (String offer : header.split(",")) {
        if (!offer.isBlank()) {
          offers.add(offer(offer.split(";", -1)));
        }
      }
    }
    return offers;
  }

  private static ExtensionOffer offer(String[] parts) {
    String name = parts[0].trim();
    if (!NAME.matcher(name).matches()) {
      throw malformed();
    }
    List<Parameter> parameters = new ArrayList<>(parts.length - 1);
    for (int i = 1; i < parts.length; i++) {
      parameters.add(parameter(parts[i].trim()));
    }
    return new ExtensionOffer(name, parameters);
  }

  private static Parameter parameter(String text) {
    Matcher parts = PARAMETER.matcher(text);
    if (!parts.matches()) {
      throw malformed();
    }
    String value = parts.group(2);
    if (parts.group(3) != null) {
      value = ESCAPED.matcher(parts.group(3)).replaceAll("$1");
      if (!NAME.matcher(value).matches()) {
        throw malformed();
      }
    }
    return new Parameter(parts.group(1), value);
  }

  private static ProtocolException malformed() {
    return new ProtocolException(
        Disconnect.PROTOCOL_ERROR, "Sec-WebSocket-Extensions is not well-formed");
  }
}
