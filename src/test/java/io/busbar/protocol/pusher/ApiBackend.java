package io.busbar.protocol.pusher;

import io.busbar.protocol.session.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * An app's backend with one persistent connection and its own code for signatures. Used by the
 * test's thread.
 */
public final class ApiBackend implements AutoCloseable {
  public static final String KEY = "demo-key";
  public static final String SECRET = "demo-secret";
  public static final String APP =
      "{id: '3', key: " + KEY + ", secret: " + SECRET + ", address: '{channel}'}";

  private final RawHttp http;
  private final String app;
  private final String key;
  private final String secret;

  public ApiBackend(int port) throws IOException {
    this(port, "3", KEY, SECRET);
  }

  public ApiBackend(int port, String app, String key, String secret) throws IOException {
    this.http = new RawHttp(port);
    this.app = app;
    this.key = key;
    this.secret = secret;
  }

  /** A response: the status and the body. */
  public record Answer(int status, String body) {
    @Override
    public String toString() {
      return status + " " + body;
    }
  }

  public String post(String what, String body) throws IOException {
    return ask("POST", what, body, Map.of()).toString();
  }

  /** Sends a GET request; the parameters are alternating names and values. */
  public String get(String what, String... parameters) throws IOException {
    Map<String, String> more = new TreeMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      more.put(parameters[i], parameters[i + 1]);
    }
    return ask("GET", what, null, more).toString();
  }

  private Answer ask(String method, String what, String body, Map<String, String> more)
      throws IOException {
    String path = "/apps/" + app + what;
    return send(method, path + "?" + query(method, path, body, more), body);
  }

  Answer send(String method, String target, String body) throws IOException {
    RawHttp.Answer answer =
        http.send(method, target, body, "Content-Type: application/json").answer();
    return new Answer(answer.status(), answer.body().strip());
  }

  /** Returns the signed query of a request. */
  public String query(String method, String path, String body, Map<String, String> more) {
    Map<String, String> parameters = new TreeMap<>(more);
    parameters.putIfAbsent("auth_key", key);
    parameters.putIfAbsent("auth_timestamp", Long.toString(System.currentTimeMillis() / 1000));
    parameters.putIfAbsent("auth_version", "1.0");
    if (body != null) {
      parameters.putIfAbsent("body_md5", md5(body));
    }
    String query =
        parameters.entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining("&"));
    return query + "&auth_signature=" + sign(method + "\n" + path + "\n" + query);
  }

  private String sign(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String md5(String text) {
    try {
      byte[] sum = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
