package io.busbar.hostile;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes odd values; the same seed makes the same values. No value contains a word that an answer
 * may not have, because answers repeat their input. Used by one thread.
 */
final class InvalidValues {
  private static final List<String> TEXTS =
      list(
          "| |a|echo|public.a|public.*|public.#|#|*|..|../../etc|%00|%zz|%|\\u0000|\\n"
              + "|\\r"
              + "\\n"
              + "X: y|\\ud800"
              + "|\\udc00\\ud800|ä€😀|{0}|%s%n|${a:b}|<b>|'|busbar.stats|__vertx.reply.1|chat.room|1e999|-1|"
              + ("9".repeat(40) + "|" + "x".repeat(300) + "|" + "x".repeat(5_000)));
  private static final List<String> NUMBERS =
      list(
          "0|-0|-1|1|1.5|1e300|-1e300|1e999|9223372036854775807|9223372036854775808|-9223372036854775809"
              + "|1e-400|2147483648|"
              + "9".repeat(300));
  private static final List<String> BROKEN = list("{}|[]|[[]]|\"\"|[|{|\"|nul|01|NaN|");
  private static final List<String> HEAD = list("kid|typ|alg|crit|nonce|b64|jku|x5c|cty");
  private static final List<String> CLAIMS =
      list("exp|nbf|iat|aud|iss|sub|roles|amr|jti|access_token");

  private final Random random;

  InvalidValues(long seed) {
    random = new Random(seed);
  }

  /** The words between the vertical bars. */
  static List<String> list(String words) {
    return List.of(words.split("\\|", -1));
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  <T> T oneOf(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** A text as JSON has it, without the quotation marks. */
  String text() {
    return oneOf(TEXTS);
  }

  /** A JSON value, which sometimes has an error. */
  String json(int depth) {
    return switch (random.nextInt(depth > 0 ? 12 : 8)) {
      case 0 -> "null";
      case 1 -> random.nextBoolean() ? "true" : "false";
      case 2, 3 -> oneOf(NUMBERS);
      case 4, 5, 6 -> '"' + text() + '"';
      case 7 -> oneOf(BROKEN);
      case 8 -> "[".repeat(500) + "]".repeat(500);
      case 9 -> array(depth);
      default -> object(depth, List.of("a", "b", "type", "address", "body"));
    };
  }

  private String array(int depth) {
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(i -> json(depth - 1))
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** An object with some of these members, or with one of them twice. */
  String object(int depth, List<String> members) {
    return IntStream.range(0, random.nextInt(members.size() + 2))
        .mapToObj(i -> '"' + oneOf(members) + "\":" + json(depth - 1))
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** Characters up to 0xFF. */
  String noise(int most) {
    byte[] bytes = new byte[random.nextInt(most)];
    random.nextBytes(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** A token with a right signature and some odd claims and headers. */
  String token(String secret) {
    String head = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    if (oneIn(4)) {
      head = "{\"alg\":\"HS256\",\"" + oneOf(HEAD) + "\":" + json(2) + "}";
    }
    StringBuilder claims = new StringBuilder("{\"sub\":\"ann\",\"exp\":4000000000");
    for (int i = random.nextInt(4); i >= 0; i--) {
      claims.append(",\"").append(oneOf(CLAIMS)).append("\":").append(json(2));
    }
    return signed(head, oneIn(10) ? json(3) : claims + "}", secret);
  }

  private static String signed(String head, String payload, String secret) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String signed =
        base64.encodeToString(head.getBytes(StandardCharsets.UTF_8))
            + '.'
            + base64.encodeToString(payload.getBytes(StandardCharsets.UTF_8));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + '.' + base64.encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
