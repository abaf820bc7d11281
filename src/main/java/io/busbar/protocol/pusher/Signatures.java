package io.busbar.protocol.pusher;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What an app's secret signs: HMAC-SHA256, in hex. Any thread may use it. */
final class Signatures {
  static final String OF_REQUEST = "auth_signature";

  private static final String ALGORITHM = "HmacSHA256";

  private final String key;
  private final SecretKeySpec secret;

  /**
   * @param key of the app
   */
  Signatures(String key, String secret) {
    this.key = key;
    this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  /** The signature of a text. */
  String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The signature of bytes. */
  String of(byte[] bytes) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return HexFormat.of().formatHex(mac.doFinal(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /**
   * Whether the app's backend lets that connection in.
   *
   * @param auth what the client shows: {@code key:signature}; null for nothing
   * @param channelData what the backend says of the client, as the client has it; null for nothing
   */
  boolean letIn(String auth, String socketId, String channel, String channelData) {
    String signed = socketId + ':' + channel;
    return isOf(auth, channelData == null ? signed : signed + ':' + channelData);
  }

  /** Whether the app's backend says that this is the user of that connection. */
  boolean areOfUser(String auth, String socketId, String userData) {
    return isOf(auth, socketId + "::user::" + userData);
  }

  private boolean isOf(String auth, String signed) {
    return auth != null && areEqual(auth, key + ':' + of(signed));
  }

  /**
   * The signature of a request.
   *
   * @param query its parameters, not escaped, with or without the signature
   */
  String ofRequest(String method, String path, Map<String, String> query) {
    Map<String, String> sorted = new TreeMap<>();
    query.forEach((name, value) -> sorted.put(name.toLowerCase(Locale.ROOT), value));
    sorted.remove(OF_REQUEST);
    String parameters =
        sorted.entrySet().stream()
            .map(each -> each.getKey() + '=' + each.getValue())
            .collect(Collectors.joining("&"));
    return of(method.toUpperCase(Locale.ROOT) + '\n' + path + '\n' + parameters);
  }

  /** Whether the request's query has its signature. */
  boolean areOfRequest(String method, String path, Map<String, String> query) {
    String shown = query.get(OF_REQUEST);
    return shown != null && areEqual(shown, ofRequest(method, path, query));
  }

  /** In a time that says nothing of how much of it is right. */
  static boolean areEqual(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
