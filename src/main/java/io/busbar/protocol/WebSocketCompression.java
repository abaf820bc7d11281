package io.busbar.protocol;

import io.busbar.protocol.ExtensionOffer.Parameter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What was agreed upon of permessage-deflate (RFC 7692, 7.1).
 *
 * @param serverKeepsContext whether our messages refer to those before
 * @param clientKeepsContext whether the client's do
 * @param serverWindowBits how far back ours refer, as a power of two; 0 where the client did not
 *     say
 * @param clientWindowBits the same of the client's
 */
record WebSocketCompression(
    boolean serverKeepsContext,
    boolean clientKeepsContext,
    int serverWindowBits,
    int clientWindowBits) {
  private static final String NAME = "permessage-deflate";
  private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
  private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";
  private static final String SERVER_BITS = "server_max_window_bits";
  private static final String CLIENT_BITS = "client_max_window_bits";
  private static final int MOST_BITS = 15;

  /** Without a leading zero (RFC 7692, 7.1.2). */
  private static final Pattern BITS = Pattern.compile("[89]|1[0-5]");

  /** The first offer that can be taken; null where there is none. */
  static WebSocketCompression agree(List<ExtensionOffer> offers) {
    return offers.stream()
        .filter(offer -> offer.name().equals(NAME) && isAcceptable(offer.parameters()))
        .map(WebSocketCompression::of)
        .findFirst()
        .orElse(null);
  }

  /** What RFC 7692 (7.1) wants declined is: unknown and repeated parameters, and bad values. */
  private static boolean isAcceptable(List<Parameter> parameters) {
    Set<String> names = new HashSet<>();
    return parameters.stream()
        .allMatch(parameter -> names.add(parameter.name()) && isValid(parameter));
  }

  private static boolean isValid(Parameter parameter) {
    String value = parameter.value();
    return switch (parameter.name()) {
      case SERVER_NO_CONTEXT, CLIENT_NO_CONTEXT -> value == null;
      case SERVER_BITS -> value != null && BITS.matcher(value).matches();
      case CLIENT_BITS -> value == null || BITS.matcher(value).matches();
      default -> false;
    };
  }

  private static WebSocketCompression of(ExtensionOffer offer) {
    boolean serverKeepsContext = true;
    boolean clientKeepsContext = true;
    int serverBits = 0;
    int clientBits = 0;
    for (Parameter parameter : offer.parameters()) {
      int bits = parameter.value() == null ? 0 : Integer.parseInt(parameter.value());
      switch (parameter.name()) {
        case SERVER_NO_CONTEXT -> serverKeepsContext = false;
        case CLIENT_NO_CONTEXT -> clientKeepsContext = false;
        case SERVER_BITS -> serverBits = bits;
        default -> clientBits = bits;
      }
    }
    return new WebSocketCompression(serverKeepsContext, clientKeepsContext, serverBits, clientBits);
  }

  /** The header that says so to the client. */
  String answer() {
    StringBuilder answer = new StringBuilder(NAME);
    if (!serverKeepsContext) {
      answer.append("; ").append(SERVER_NO_CONTEXT);
    }
    if (!clientKeepsContext) {
      answer.append("; ").append(CLIENT_NO_CONTEXT);
    }
    if (serverWindowBits != 0) {
      answer.append("; ").append(SERVER_BITS).append('=').append(serverWindowBits);
    }
    if (clientWindowBits != 0) {
      answer.append("; ").append(CLIENT_BITS).append('=').append(clientWindowBits);
    }
    return answer.toString();
  }

  MessageDeflater deflater() {
    return new MessageDeflater(
        serverWindowBits == 0 ? MOST_BITS : serverWindowBits, serverKeepsContext);
  }

  /**
   * What reads the client's messages: with the largest window there is, be theirs smaller.
   *
   * @param maxSize bytes of a message, inflated
   */
  MessageInflater inflater(int maxSize) {
    return new MessageInflater(maxSize, clientKeepsContext);
  }
}
