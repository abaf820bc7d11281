package io.busbar.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests odd HTTP requests at both ports. */
final class InvalidRequestsTest {
  private static final List<String> METHODS =
      InvalidValues.list("GET|GET|GET|GET|POST|POST|HEAD|OPTIONS|PUT|DELETE|X");
  private static final List<String> PATHS =
      InvalidValues.list(
          "eventbus|eventbus|eventbus|stomp|echo|chat|0|0|1|s|s|xhr|xhr_send|xhr_streaming|eventsource"
              + "|htmlfile|jsonp|jsonp_send|websocket|info|iframe.html|iframe-1.html|index.html||.|..|%2e%2e"
              + "|%00|%ff|%|*|a;b|webjars/x|a%0d%0ab|"
              + "x".repeat(500));
  private static final List<String> ADMIN_PATHS =
      InvalidValues.list(
          "api|api/sessions|api/channels|api/channels/%00|api/channels/%ff|api/publish|api/send"
              + "|api/users/%00/sessions|api/queues|api/queues/%2F|api/queues/%ff|messages|move|metrics"
              + "|health/live|health/ready|console||%|..|feed|webjars/x");
  private static final List<String> PARAMETERS =
      InvalidValues.list("c|limit|after|prefix|address|to");
  private static final List<String> ARGUMENTS =
      InvalidValues.list("|%|%00|%ff|-1|99999999999|a%2Fb|*|1|busbar.x");
  private static final List<String> HEADERS =
      InvalidValues.list(
          "Upgrade|Sec-WebSocket-Key|Sec-WebSocket-Version|Sec-WebSocket-Protocol|Sec-WebSocket-Extensions"
              + "|Origin|Referer|Cookie|Authorization|Range|If-Modified-Since|If-None-Match|Accept"
              + "|Accept-Encoding|Content-Type|Transfer-Encoding|X-Forwarded-For|X-Forwarded-Proto|Forwarded"
              + "|Sec-Fetch-Site|Access-Control-Request-Headers|Expect|TE");
  private static final List<String> VALUES =
      InvalidValues.list(
          "websocket|Upgrade|13|8|x|AAAAAAAAAAAAAAAAAAAAAA==|v12.stomp,"
              + " x|gzip|http://127.0.0.1|https://evil.example|Basic Og==|Basic"
              + " x|Basic|Bearer|Bearer ey.ey.ey|bytes=5-1|bytes=-|Thu, 01 Jan 1970 00:00:00"
              + " GMT|chunked|who=; who=a.b.c|JSESSIONID=|application/json|text/plain;"
              + " charset=x|multipart/form-data; boundary=|*/*;q=x|same-site");

  private static InvalidInputGateway invalidInput;

  private final InvalidValues invalid = new InvalidValues(InvalidInputGateway.SEED);

  @BeforeAll
  static void start() {
    invalidInput = new InvalidInputGateway();
  }

  @AfterAll
  static void stop() {
    invalidInput.close();
  }

  private String request(List<String> paths, String header) {
    StringBuilder request = new StringBuilder(invalid.oneOf(METHODS)).append(' ');
    for (int i = 1 + invalid.below(4); i > 0; i--) {
      request.append('/').append(invalid.oneOf(paths));
    }
    if (invalid.oneIn(3)) {
      request
          .append('?')
          .append(invalid.oneOf(PARAMETERS))
          .append('=')
          .append(invalid.oneOf(ARGUMENTS));
    }
    request.append(" HTTP/1.1\r\nConnection: close\r\n").append(header);
    request.append(
        invalid.oneIn(9) ? "Host: " + invalid.below(9) + ":x\r\n" : "Host: 127.0.0.1\r\n");
    for (int i = invalid.below(4); i > 0; i--) {
      String value = invalid.oneIn(2) ? invalid.text() : invalid.oneOf(VALUES);
      request.append(invalid.oneOf(HEADERS)).append(": ").append(value).append("\r\n");
    }
    if (invalid.oneIn(2)) {
      return request.append("\r\n").toString();
    }
    String body = invalid.json(3);
    int length = body.getBytes(UTF_8).length;
    return request.append("Content-Length: ").append(length).append("\r\n\r\n") + body;
  }

  @Test
  void oddRequestsDoNotFailTheGateway() throws Exception {
    invalidInput.throwAt(
        "HTTP",
        () -> request(PATHS, ""),
        (request, from) -> invalidInput.http(invalidInput.gateway().httpPort(), from, request));
  }

  @Test
  void oddAdminRequestsDoNotFailTheGateway() throws Exception {
    String right = "Bearer " + InvalidInputGateway.ADMIN_TOKEN;
    for (String shown : List.of("", "Bearer wrong", "Basic Og==", right)) {
      String header = shown.isEmpty() ? "" : "Authorization: " + shown + "\r\n";
      invalidInput.throwAt(
          "admin " + shown,
          () -> request(ADMIN_PATHS, header),
          (request, from) -> invalidInput.http(invalidInput.gateway().adminPort(), from, request));
    }
  }
}
