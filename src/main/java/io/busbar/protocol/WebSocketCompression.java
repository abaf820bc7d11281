package io.busbar.protocol;

import io.busbar.hub.Framing;
import io.busbar.protocol.ExtensionOffer.Parameter;
import io.busbar.protocol.WebSocketOptions.Deflation;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The agreed parameters of permessage-deflate (RFC 7692, 7.1). The gateway's messages never refer
 * to earlier ones, requested or not (7.1.1.1 allows it). So one compressed message is for all
 * clients with the same window. The gateway does not ask clients for the same, because Netty's
 * client refuses that unless it offered it.
 *
 * @param clientKeepsContext whether the client's messages refer to earlier ones
 * @param serverWindowBits window of the gateway's messages as a power of two; 0 where the client
 *     named none
 * @param clientWindowBits window of the client's messages as a power of two; 0 where none was named
 */
record WebSocketCompression(
    boolean clientKeepsContext, int serverWindowBits, int clientWindowBits) {
  private static final String NAME = "permessage-deflate";
  private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
  private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";
  private static final String SERVER_BITS = "server_max_window_bits";
  private static final String CLIENT_BITS = "client_max_window_bits";
  private static final int MOST_BITS = 15;

  /** A number without a leading zero (RFC 7692, 7.1.2). */
  private static final Pattern BITS = Pattern.compile("[89]|1[0-5]");

  /**
   * Returns the agreement about the first acceptable offer; null for none.
   *
   * @param windows budget where {@link #clientWindow} bytes are reserved for earlier messages of
   *     the client
   */
  static @Nullable WebSocketCompression agree(List<ExtensionOffer> offers, WindowBudget windows) {
    return offers.stream()
        .filter(offer -> offer.name().equals(NAME) && isAcceptable(offer.parameters()))
        .map(offer -> of(offer, windows))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /**
   * Returns whether the parameters are acceptable: RFC 7692 (7.1) forbids unknown and repeated
   * ones, and invalid values.
   */
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

  /** Returns the agreement; null where there is no room for the client's window. */
  private static @Nullable WebSocketCompression of(ExtensionOffer offer, WindowBudget windows) {
    int offered = bits(offer, CLIENT_BITS);
    if (has(offer, CLIENT_NO_CONTEXT)) {
      return new WebSocketCompression(false, bits(offer, SERVER_BITS), offered);
    }
    int wanted = offered == 0 ? MOST_BITS : offered;
    int reserved = windows.reserve(wanted, has(offer, CLIENT_BITS));
    if (reserved == 0) {
      return null;
    }
    return new WebSocketCompression(
        true, bits(offer, SERVER_BITS), reserved < wanted ? reserved : offered);
  }

  private static boolean has(ExtensionOffer offer, String name) {
    return offer.parameters().stream().anyMatch(one -> one.name().equals(name));
  }

  private static int bits(ExtensionOffer offer, String name) {
    return offer.parameters().stream()
        .filter(parameter -> parameter.name().equals(name) && parameter.value() != null)
        .mapToInt(parameter -> Integer.parseInt(parameter.value()))
        .findFirst()
        .orElse(0);
  }

  /** Returns the header of the answer to the client. */
  String answer() {
    StringBuilder answer = new StringBuilder(NAME);
    answer.append("; ").append(SERVER_NO_CONTEXT);
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

  /**
   * Returns the inflater for the client's messages.
   *
   * @param maxSize maximum size of a message in bytes
   */
  MessageInflater inflater(int maxSize) {
    return new MessageInflater(maxSize, clientWindow());
  }

  /** Returns the bytes of earlier messages that one of the client's may refer to. */
  int clientWindow() {
    int bits = clientWindowBits == 0 ? MOST_BITS : clientWindowBits;
    return clientKeepsContext ? 1 << bits : 0;
  }

  /**
   * Returns the framing for messages to the client.
   *
   * @param each puts each message into a frame of its own
   */
  DeflatedFraming framing(Framing each, Deflation deflation) {
    int bits = serverWindowBits == 0 ? MOST_BITS : serverWindowBits;
    return DeflatedFraming.of(
        each, new MessageDeflater(deflation.level(), bits), deflation.threshold());
  }
}
