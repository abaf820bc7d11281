package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.config.PusherConfig;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The example in Pusher's documentation, and invalid requests. */
final class RequestSignatureTest {
  private static final String KEY = "278d425bdf160c739803";
  private static final String SIGNATURE =
      "da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c";
  private static final String PATH = "/apps/3/events";
  private static final String BODY =
      "{\"name\":\"foo\",\"channels\":[\"project-3\"],\"data\":\"{\\\"some\\\":\\\"data\\\"}\"}";
  private static final String QUERY =
      "auth_key="
          + KEY
          + "&auth_timestamp=1353088179&auth_version=1.0&body_md5=ec365a775a4cd0599faeb73354201b6f"
          + "&auth_signature="
          + SIGNATURE;

  private final PusherApp app =
      new PusherApp(PusherConfig.App.of("3", KEY, "7ad3773142a6692b25b8"));
  private long seconds = 1_353_088_179;
  private final RequestSignature signature = new RequestSignature(app, () -> seconds * 1000);

  private void check(String method, String path, String query) throws ApiException {
    signature.check(method, "", path, query, ApiQuery.of(query));
  }

  /** Returns a query with a signature that is computed without the class under test. */
  private String signed(String method, String path, String query) {
    String text = method + "\n" + path + "\n" + query;
    return query + "&auth_signature=" + app.signatures().of(text);
  }

  private static String auth(String rest) {
    return "auth_key=" + KEY + "&auth_timestamp=1353088179&auth_version=1.0" + rest;
  }

  @Test
  void documentedExampleIsValid() throws Exception {
    check("POST", PATH, QUERY);
    signature.checkBody(ApiQuery.of(QUERY), BODY.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void orderAndCaseOfQueryParametersDoNotMatter() throws Exception {
    check(
        "POST",
        PATH,
        "auth_signature="
            + SIGNATURE
            + "&Body_MD5=ec365a775a4cd0599faeb73354201b6f&&auth_version=1.0&AUTH_KEY="
            + KEY
            + "&auth_timestamp=1353088179");
  }

  @Test
  void signatureOfAnotherRequestIsRefused() {
    for (String[] other :
        new String[][] {
          {"GET", PATH, QUERY},
          {"POST", "/apps/3/batch_events", QUERY},
          {"POST", PATH, QUERY + "&info=user_count"},
          {"POST", PATH, QUERY.replace("ec365", "ec366")},
          {"POST", PATH, QUERY.replace(SIGNATURE, SIGNATURE + "0")},
          {"POST", PATH, QUERY.replace(SIGNATURE, "")},
          {"POST", PATH, QUERY.replace(SIGNATURE, "ä")},
        }) {
      assertThatThrownBy(() -> check(other[0], other[1], other[2]))
          .hasMessageStartingWith("Invalid signature: you should have sent HmacSHA256Hex(\"")
          .hasMessageContaining("\\n")
          .hasMessageNotContaining("7ad3773142a6692b25b8")
          .satisfies(e -> assertThat(((ApiException) e).status()).isEqualTo(401));
    }
  }

  @Test
  void signatureCoversTheUnescapedQuery() throws Exception {
    String query = auth("&filter_by_prefix=a=b c&info=x,y");
    String sent = signed("GET", "/apps/3/channels", query).replace(" ", "%20").replace(",", "%2C");
    check("GET", "/apps/3/channels", sent);
    check("GET", "/apps/3/channels", sent.replace("%20", "+"));
  }

  @Test
  void signatureMayCoverTheEscapedQueryOrPath() throws Exception {
    String query = auth("&info=x%2Cy");
    check("GET", "/apps/3/channels/a%40b", signed("GET", "/apps/3/channels/a%40b", query));
    check("GET", "/apps/3/channels/a%40b", signed("GET", "/apps/3/channels/a@b", query));
  }

  @Test
  void signatureMayCoverThePathBeforeAProxyShortensIt() throws Exception {
    String query = signed("GET", "/realtime/apps/3/channels", auth(""));
    signature.check("GET", "/realtime", "/apps/3/channels", query, ApiQuery.of(query));
    assertThatThrownBy(() -> check("GET", "/apps/3/channels", query))
        .isInstanceOf(ApiException.class);
  }

  @ParameterizedTest
  @CsvSource({"600, true", "601, false", "-600, true", "-601, false", "1000000000, false"})
  void signatureIsValidForTenMinutes(long later, boolean good) {
    seconds += later;
    if (good) {
      assertThatCode(() -> check("POST", PATH, QUERY)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> check("POST", PATH, QUERY))
          .hasMessageStartingWith(
              "Timestamp expired: Given timestamp (2012-11-16T17:49:39Z) not within 600s of server"
                  + " time (");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "auth_key, Missing parameter: auth_key",
    "auth_timestamp, Missing parameter: auth_timestamp",
    "auth_version, Missing parameter: auth_version",
    "auth_signature, Missing parameter: auth_signature"
  })
  void missingParameterIsNamed(String name, String words) {
    String query = QUERY.replace(name + "=", "x_" + name + "=");
    assertThatThrownBy(() -> check("POST", PATH, query)).hasMessage(words);
  }

  @ParameterizedTest
  @CsvSource({
    KEY + ", other, Unknown auth_key: this app has another one",
    "version=1.0, version=1.1, auth_version must be 1.0",
    "1353088179, now, auth_timestamp must be the seconds since 1970",
    "1353088179, -1353088179, auth_timestamp must be the seconds since 1970",
    "1353088179, 9999999999999, auth_timestamp must be the seconds since 1970",
    "1353088179, '', auth_timestamp must be the seconds since 1970"
  })
  void wrongParameterIsNamed(String right, String wrong, String words) {
    assertThatThrownBy(() -> check("POST", PATH, QUERY.replace(right, wrong))).hasMessage(words);
  }

  @Test
  void bodyMustMatchItsSignedHash() throws Exception {
    ApiQuery query = ApiQuery.of(QUERY);
    assertThatThrownBy(() -> signature.checkBody(query, "{}".getBytes(StandardCharsets.UTF_8)))
        .hasMessage("Invalid body_md5: it is not the MD5 of the body");
    assertThatThrownBy(() -> signature.checkBody(query, new byte[0]))
        .hasMessage("Invalid body_md5: it is not the MD5 of the body");
    ApiQuery without = ApiQuery.of(auth(""));
    assertThatThrownBy(() -> signature.checkBody(without, new byte[1]))
        .hasMessage("Missing parameter: body_md5");
    assertThatCode(() -> signature.checkBody(without, new byte[0])).doesNotThrowAnyException();
  }

  @Test
  void duplicateParameterIsRefused() {
    assertThatThrownBy(() -> ApiQuery.of(QUERY + "&AUTH_KEY=x"))
        .hasMessage("A parameter of the query is given twice");
  }

  @Test
  void tooManyParametersAreRefused() {
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < 33; i++) {
      query.append('p').append(i).append("=&");
    }
    assertThatThrownBy(() -> ApiQuery.of(query.toString()))
        .hasMessage("The query has more than 32 parameters");
  }
}
