package io.busbar.protocol;

import io.busbar.hub.Framing;
import io.busbar.hub.WindowBudget;
import io.busbar.protocol.ExtensionOffer.Parameter;
import io.busbar.protocol.WebSocketOptions.Deflation;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was agreed upon of permessage-deflate (RFC 7692, 7.1). None of our messages refers to those
 * before it, asked for or not (7.1.1.1 allows it): so what is compressed for one client is for all
 * with the same window. A client is not told to do the same, as Netty's refuse to be unless they
 * offered it.
 *
 * @param clientKeepsContext whether the client's messages refer to those before
 * @param serverWindowBits how far back ours refer, as a power of two; 0 where the client did not
 *     say
 * @param clientWindowBits the same of the client's
 */
record WebSocketCompression(
    boolean clientKeepsContext, int serverWindowBits, int clientWindowBits) {
  private static final String NAME = "permessage-deflate";
  private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
  private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";
  private static final String SERVER_BITS = "server_max_window_bits";
  private static final String CLIENT_BITS = "client_max_window_bits";
  private static final int MOST_BITS = 15;

  /** Without a leading zero (RFC 7692, 7.1.2). */
  private static final Pattern BITS = Pattern.compile("[89]|1[0-5]");

  /**
   * The first offer that can be taken; null where there is none.
   *
   * @param windows where room for earlier messages of the client is reserved, {@link
   *     #clientWindow} bytes
   */
  static @Nullable WebSocketCompression agree(List<ExtensionOffer> offers, WindowBudget windows) {
    return offers.stream()
        .filter(offer -> offer.name().equals(NAME) && isAcceptable(offer.parameters()))
        .map(offer -> of(offer, windows))
        .filter(Objects::nonNull)
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

  /** Null where there is no room for what its messages would refer to. */
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

  /** The header that says so to the client. */
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
   * What reads the client's messages.
   *
   * @param maxSize bytes of one
   */
  MessageInflater inflater(int maxSize) {
    return new MessageInflater(maxSize, clientWindow());
  }

  /** Bytes of earlier messages that one of the client's may refer to. */
  int clientWindow() {
    int bits = clientWindowBits == 0 ? MOST_BITS : clientWindowBits;
    return clientKeepsContext ? 1 << bits : 0;
  }

  /**
   * What writes to the client.
   *
   * @param each puts each wire into a frame of its own
   */
  DeflatedFraming framing(Framing each, Deflation deflation) {
    int bits = serverWindowBits == 0 ? MOST_BITS : serverWindowBits;
    return DeflatedFraming.of(
        each, new MessageDeflater(deflation.level(), bits), deflation.threshold());
  }
}
