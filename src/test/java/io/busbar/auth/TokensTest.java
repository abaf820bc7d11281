package io.busbar.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.config.AuthConfig.Jwt;
import io.busbar.hub.Principal;
import io.busbar.net.Certificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of right and wrong tokens, which the tests build themselves. */
final class TokensTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static final Charset UTF = StandardCharsets.UTF_8;

  private final Vertx vertx = Vertx.vertx();
  @TempDir private Path folder;

  @AfterEach
  void close() {
    TestGateway.await(vertx.close());
  }

  private static String signed(String alg, String jca, KeyPair keys, String kid, JsonObject claims)
      throws Exception {
    String head = TestTokens.head(alg, kid, claims);
    Signature signature = Signature.getInstance(jca);
    signature.initSign(keys.getPrivate());
    signature.update(head.getBytes(StandardCharsets.US_ASCII));
    return head + "." + TestTokens.part(signature.sign());
  }

  static JsonObject claims() {
    long now = System.currentTimeMillis() / 1000;
    return new JsonObject()
        .put("sub", "ann")
        .put("iss", "https://id.example/")
        .put("aud", "busbar")
        .put("exp", now + 600)
        .put("roles", new JsonArray().add("trader"));
  }

  private static Jwt config(String secret, String jwks) {
    return config(secret, jwks, "");
  }

  private static Jwt config(String secret, String jwks, String trust) {
    return config(secret, jwks, trust, Duration.ofHours(1));
  }

  private static Jwt config(String secret, String jwks, String trust, Duration refresh) {
    return new Jwt(
        secret,
        jwks,
        trust,
        "https://id.example/",
        "busbar",
        "sub",
        "roles",
        Duration.ofSeconds(5),
        refresh);
  }

  private Tokens tokens(String secret, String jwks) {
    Tokens tokens = Tokens.of(vertx, config(secret, jwks));
    TestGateway.await(tokens.start());
    return tokens;
  }

  private static void refused(Tokens tokens, String token) {
    assertThatThrownBy(() -> TestGateway.await(tokens.check(token)))
        .hasMessageContaining("login is not right");
  }

  private static JsonObject rsaKey(KeyPair pair, String kid) {
    RSAPublicKey key = (RSAPublicKey) pair.getPublic();
    return new JsonObject()
        .put("kty", "RSA")
        .put("kid", kid)
        .put("n", TestTokens.part(unsigned(key.getModulus(), 256)))
        .put("e", TestTokens.part(key.getPublicExponent().toByteArray()));
  }

  private static JsonObject ecKey(KeyPair pair, String kid) {
    ECPublicKey key = (ECPublicKey) pair.getPublic();
    return new JsonObject()
        .put("kty", "EC")
        .put("crv", "P-256")
        .put("kid", kid)
        .put("x", TestTokens.part(unsigned(key.getW().getAffineX(), 32)))
        .put("y", TestTokens.part(unsigned(key.getW().getAffineY(), 32)));
  }

  private static byte[] unsigned(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] exact = new byte[length];
    int skip = Math.max(0, bytes.length - length);
    int pad = Math.max(0, length - bytes.length);
    System.arraycopy(bytes, skip, exact, pad, bytes.length - skip);
    return exact;
  }

  private static KeyPair rsa() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static KeyPair ec() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private String jwks(JsonObject... keys) throws Exception {
    return file(keys).toString();
  }

  private Path file(JsonObject... keys) throws Exception {
    JsonArray all = new JsonArray();
    for (JsonObject key : keys) {
      all.add(key);
    }
    Path file = folder.resolve("keys.json");
    return Files.writeString(file, new JsonObject().put("keys", all).encode());
  }

  @Test
  void tokenGivesUserRolesAndExpiry() throws Exception {
    Tokens tokens = tokens(SECRET, "");
    Principal who =
        TestGateway.await(tokens.check(TestTokens.hs256(SECRET.getBytes(UTF), claims())));
    assertThat(who.name()).isEqualTo("ann");
    assertThat(who.roles()).containsExactly("trader");
    assertThat(who.expires()).isGreaterThan(System.currentTimeMillis());
  }

  @Test
  void expiredForeignAndEndlessTokensAreRefused() throws Exception {
    Tokens tokens = tokens(SECRET, "");
    byte[] key = SECRET.getBytes(UTF);
    long now = System.currentTimeMillis() / 1000;
    refused(tokens, TestTokens.hs256(key, claims().put("exp", now - 60)));
    refused(tokens, TestTokens.hs256(key, claims().put("nbf", now + 600)));
    refused(tokens, TestTokens.hs256(key, claims().put("iss", "https://evil.example/")));
    refused(tokens, TestTokens.hs256(key, claims().put("aud", "other")));
    for (String claim : new String[] {"exp", "iss", "aud", "sub"}) {
      JsonObject without = claims();
      without.remove(claim);
      refused(tokens, TestTokens.hs256(key, without));
    }
    refused(tokens, TestTokens.hs256("another secret of thirty-two byte".getBytes(UTF), claims()));
    refused(tokens, "ey.ey.ey");
  }

  /** Signs by hand what no library would write. */
  private static String signed(String claims) throws Exception {
    String head =
        TestTokens.part("{\"alg\":\"HS256\"}".getBytes(UTF))
            + "."
            + TestTokens.part(claims.getBytes(UTF));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(UTF), "HmacSHA256"));
    return head + "." + TestTokens.part(mac.doFinal(head.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String with(String claim, String value) {
    JsonObject others = claims();
    others.remove(claim);
    String rest = others.encode();
    return "{\"" + claim + "\":" + value + "," + rest.substring(1);
  }

  @Test
  void claimOfTheWrongTypeIsRefusedAndLogged() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler listener =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            lines.add(record.getMessage() + " " + Arrays.toString(record.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger log = Logger.getLogger("io.busbar.auth");
    log.addHandler(listener);
    Map<String, List<String>> odd =
        Map.of(
            "exp",
                List.of("\"1\"", "null", "{}", "[9e9]", "true", "9".repeat(30), "1e300", "1e999"),
            "nbf", List.of("\"1\"", "null", "{}", "9".repeat(30)),
            "iat", List.of("\"1\"", "null", "{}", "-" + "9".repeat(30)),
            "aud", List.of("1", "null", "{}", "true"),
            "iss", List.of("1", "null", "{}", "[\"https://id.example/\"]"),
            "sub", List.of("1", "null", "{}", "[\"ann\"]"));
    Tokens tokens = tokens(SECRET, "");
    for (Map.Entry<String, List<String>> claim : odd.entrySet()) {
      for (String value : claim.getValue()) {
        lines.clear();
        refused(tokens, signed(with(claim.getKey(), value)));
        assertThat(lines)
            .as(claim.getKey() + " " + value)
            .hasSize(1)
            .allMatch(line -> line.contains("[" + claim.getKey() + " is "));
      }
    }
    lines.clear();
    refused(tokens, signed(with("exp", "null")) + "x");
    assertThat(lines).isEmpty();
    log.removeHandler(listener);
    String whole = with("exp", "9007199254740991");
    assertThat(TestGateway.await(tokens.check(signed(whole))).name()).isEqualTo("ann");
    String part = with("exp", (System.currentTimeMillis() / 1000 + 60) + ".5");
    assertThat(TestGateway.await(tokens.check(signed(part))).name()).isEqualTo("ann");
    String many = with("aud", "[\"other\",\"busbar\"]");
    assertThat(TestGateway.await(tokens.check(signed(many))).name()).isEqualTo("ann");
  }

  @Test
  void algNoneIsRefused() throws Exception {
    String keys = jwks(rsaKey(rsa(), "1"));
    for (String alg : new String[] {"none", "None", "NONE"}) {
      refused(tokens(SECRET, ""), TestTokens.head(alg, null, claims()) + ".");
      refused(tokens(SECRET, ""), TestTokens.head(alg, null, claims()) + ".AA");
      refused(tokens("", keys), TestTokens.head(alg, null, claims()) + ".AA");
    }
  }

  @Test
  void invalidUserNameIsRefused() throws Exception {
    for (String name : new String[] {"ann\nroot", "ann\r", " ", "x".repeat(300)}) {
      refused(
          tokens(SECRET, ""), TestTokens.hs256(SECRET.getBytes(UTF), claims().put("sub", name)));
    }
  }

  @Test
  void tokenSignedWithThePublicKeyIsRefused() throws Exception {
    KeyPair pair = rsa();
    Tokens tokens = tokens("", jwks(rsaKey(pair, "1")));
    refused(tokens, TestTokens.hs256(pair.getPublic().getEncoded(), claims()));
  }

  @Test
  void tokensSignedByKeysOfTheSetAreAccepted() throws Exception {
    KeyPair rsa = rsa();
    KeyPair ec = ec();
    Tokens tokens = tokens("", jwks(rsaKey(rsa, "1"), ecKey(ec, "2")));
    String byRsa = signed("RS256", "SHA256withRSA", rsa, "1", claims());
    String byEc = signed("ES256", "SHA256withECDSAinP1363Format", ec, "2", claims());
    assertThat(TestGateway.await(tokens.check(byRsa)).name()).isEqualTo("ann");
    assertThat(TestGateway.await(tokens.check(byEc)).name()).isEqualTo("ann");
    refused(tokens, signed("RS256", "SHA256withRSA", rsa(), "1", claims()));
    refused(tokens, signed("RS256", "SHA256withRSA", rsa, "9", claims()));
  }

  @Test
  void unknownKeyMakesTheKeySetReload() throws Exception {
    KeyPair old = rsa();
    KeyPair rotated = rsa();
    AtomicReference<String> set = new AtomicReference<>(Files.readString(file(rsaKey(old, "1"))));
    int port =
        TestGateway.await(
                vertx
                    .createHttpServer()
                    .requestHandler(request -> request.response().end(set.get()))
                    .listen(0, "127.0.0.1"))
            .actualPort();
    AtomicLong clock = new AtomicLong();
    KeySet keys = new KeySet(vertx, config("", "http://127.0.0.1:" + port + "/keys"), clock::get);
    Tokens tokens = new Tokens(vertx, config("", "http://127.0.0.1/"), keys);
    TestGateway.await(tokens.start());
    String token = signed("RS256", "SHA256withRSA", rotated, "2", claims());
    set.set(Files.readString(file(rsaKey(rotated, "2"))));
    refused(tokens, token);
    clock.addAndGet(60_000_000_000L);
    assertThat(TestGateway.await(tokens.check(token)).name()).isEqualTo("ann");
    refused(tokens, signed("RS256", "SHA256withRSA", old, "1", claims()));
  }

  @Test
  void keySetIsReadOnlyFromATrustedServer() throws Exception {
    KeyPair pair = rsa();
    String set = Files.readString(file(rsaKey(pair, "1")));
    HttpServerOptions tls =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(Certificates.file("first.pem").toString())
                    .setKeyPath(Certificates.file("first.key").toString()));
    int port =
        TestGateway.await(
                vertx
                    .createHttpServer(tls)
                    .requestHandler(request -> request.response().end(set))
                    .listen(0, "127.0.0.1"))
            .actualPort();
    String url = "https://localhost:" + port + "/keys";
    String token = signed("RS256", "SHA256withRSA", pair, "1", claims());
    for (String stranger : new String[] {"", Certificates.file("second.pem").toString()}) {
      Tokens tokens = Tokens.of(vertx, config("", url, stranger));
      TestGateway.await(tokens.start());
      refused(tokens, token);
    }
    Tokens tokens = Tokens.of(vertx, config("", url, Certificates.file("first.pem").toString()));
    TestGateway.await(tokens.start());
    assertThat(TestGateway.await(tokens.check(token)).name()).isEqualTo("ann");
    assertThatThrownBy(() -> Tokens.of(vertx, config("", url, "no/such.pem")))
        .hasMessageContaining("auth.jwt.trust");
  }

  @Test
  void removedKeyIsRefusedAfterTheNextRefresh() throws Exception {
    KeyPair pair = rsa();
    Jwt config = config("", jwks(rsaKey(pair, "1")), "", Duration.ofSeconds(1));
    Tokens tokens = Tokens.of(vertx, config);
    TestGateway.await(tokens.start());
    String token = signed("RS256", "SHA256withRSA", pair, "1", claims());
    assertThat(TestGateway.await(tokens.check(token)).name()).isEqualTo("ann");
    file(rsaKey(rsa(), "2"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                TestGateway.await(
                    tokens.check(token).transform(done -> Future.succeededFuture(done.failed()))));
  }

  @Test
  void unreadableKeySetKeepsTheKnownKeys() throws Exception {
    KeyPair pair = rsa();
    Path file = file(rsaKey(pair, "1"));
    KeySet keys = new KeySet(vertx, config("", file.toString()), System::nanoTime);
    TestGateway.await(keys.read());
    for (String broken : new String[] {"", "[]", "{\"keys\":7}"}) {
      Files.writeString(file, broken);
      assertThatThrownBy(() -> TestGateway.await(keys.read())).isNotNull();
      assertThat(keys.keys()).hasSize(1);
    }
  }
}
