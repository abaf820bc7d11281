package io.busbar.protocol.engineio;

import io.busbar.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Payloads of revision 3 for pages that can only load scripts and post forms. They carry text, with
 * bytes in base64.
 */
public final class Jsonp {
  private static final Pattern INDEX = Pattern.compile("[0-9]{1,10}");

  /** An escaped newline; with a second backslash it stood for those two characters. */
  private static final Pattern NEWLINE = Pattern.compile("(\\\\)?\\\\n");

  private static final String BACKSLASH_N = Matcher.quoteReplacement("\\n");
  private static final String FIELD = "d=";

  private Jsonp() {}

  /**
   * Returns the index of the page's callback: {@code j} in the query.
   *
   * @throws ProtocolException when it is not a number
   */
  public static String index(@Nullable String j) {
    if (j == null || !INDEX.matcher(j).matches()) {
      throw EngineRevision.broken("j is a number");
    }
    return j;
  }

  /** Returns a script that passes the payload to the callback of that index. */
  public static Buffer answer(String index, ByteBuf payload) {
    String json = Json.encode(payload.toString(StandardCharsets.UTF_8));
    // JSON allows these characters, but older scripts read them as line ends.
    String literal = json.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
    return Buffer.buffer("___eio[" + index(index) + "](" + literal + ");");
  }

  /**
   * Returns the payload in the field {@code d} of a form. Clients escape newlines, because browsers
   * change those of forms.
   *
   * @throws ProtocolException when there is none
   */
  public static Buffer payload(Buffer form) {
    String body = form.toString(StandardCharsets.ISO_8859_1);
    int at = body.startsWith(FIELD) ? 0 : body.indexOf('&' + FIELD) + 1;
    if (at == 0 && !body.startsWith(FIELD)) {
      throw EngineRevision.broken("a form has a field d");
    }
    int end = body.indexOf('&', at);
    String field = body.substring(at + FIELD.length(), end < 0 ? body.length() : end);
    String latin1 = NEWLINE.matcher(decoded(field)).replaceAll(Jsonp::newline);
    return Buffer.buffer(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Decodes to one character per byte; a later step checks whether they are UTF-8. */
  private static String decoded(String field) {
    try {
      return URLDecoder.decode(field, StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      throw EngineRevision.broken("in a form % is followed by two hexadecimal digits");
    }
  }

  private static String newline(MatchResult match) {
    return match.group(1) == null ? "\n" : BACKSLASH_N;
  }
}
