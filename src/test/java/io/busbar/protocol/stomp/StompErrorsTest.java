package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.protocol.stomp.StompTestClient.Received;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that breaks a rule or exceeds a limit is told which one, over each transport. */
final class StompErrorsTest extends StompClients {
  @ParameterizedTest
  @EnumSource
  void clientWithoutCommonVersionReceivesSupportedVersions(Via via) {
    StompTestClient client = client(via);
    client.send("CONNECT\naccept-version:2.0\n\n\0");
    Received error = client.error();
    assertThat(error.header("version")).isEqualTo("1.0,1.1,1.2");
    assertThat(error.header("message")).isEqualTo("accept-version names one of 1.0,1.1,1.2");
  }

  @ParameterizedTest
  @EnumSource
  void firstFrameOtherThanConnectIsAnError(Via via) {
    StompTestClient client = client(via);
    client.send("SEND\ndestination:/topic/public.a\n\n\0");
    assertThat(client.error().header("message"))
        .isEqualTo("the first frame, and no other one, is CONNECT or STOMP");
  }

  @ParameterizedTest
  @EnumSource
  void clientThatSendsNoConnectIsDisconnected(Via via) {
    assertThat(client(via).error().header("message"))
        .isEqualTo("a client sends CONNECT within 500 ms");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "content-length:-1\\n\\n|content-length is a number of octets",
        "content-length:many\\n\\n|content-length is a number of octets",
        "content-length:9999999999\\n\\n|a body is larger than 8192 bytes",
        "content-length:2\\n\\nabc\\0|a body is followed by NUL, after as many octets as"
            + " content-length says",
        "a:\\q\\n\\n\\0|a header has an escape that STOMP 1.2 does not have\\c only \\\\r, \\\\n,"
            + " \\\\c and \\\\\\\\ may be written",
        "no colon\\n\\n\\0|a header is a name, a colon and a value",
        "content-type:application/json\\n\\n{\\0|the body of an application/json message is JSON",
        "content-type:application/json\\n"
            + "\\n"
            + "[1e400]\\0|body has a number that no message can hold\\c public.a",
        "reply-to:/temp-queue/x\\n"
            + "\\n"
            + "\\0|reply-to\\c/temp-queue/ stands on a SEND to a queue or a request\\c a topic has"
            + " no answer",
        "transaction:none\\n\\n\\0|transaction names one that is open",
      })
  void invalidSendIsAnErrorWithItsReceiptId(String written, String rule) {
    for (Via via : Via.values()) {
      StompTestClient client = connected(via, "1.2");
      String text = written.replace("\\n", "\n").replace("\\0", "\0");
      client.send("SEND\nreceipt:r7\ndestination:/topic/public.a\n" + text);
      Received error = client.error();
      assertThat(error.header("message")).isEqualTo(rule);
      assertThat(error.header("receipt-id")).isEqualTo("r7");
      assertThat(error.header("receipt")).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CONNECT\\n\\n\\0|the first frame, and no other one, is CONNECT or STOMP",
        "BREAK\\n\\n\\0|a frame begins with a command of STOMP's, not with \"BREAK\"",
        "SEND\\n\\n\\0|SEND has a header destination",
        "SEND\\ndestination:/nowhere/a\\n\\n\\0|a destination begins with one of /queue/stocks.,"
            + " /topic/, /queue/, /request/ and has a name after that",
        "SEND\\ndestination:/topic/secret\\n\\n\\0|access denied\\c secret (publish)",
        "SEND\\ndestination:/queue/secret\\n\\n\\0|access denied\\c secret (send)",
        "SUBSCRIBE\\nid:1\\n\\n\\0|SUBSCRIBE has a header destination",
        "SUBSCRIBE\\ndestination:/topic/public.a\\n\\n\\0|from 1.1 on, SUBSCRIBE has an id",
        "SUBSCRIBE\\nid:1\\nack:maybe\\ndestination:/topic/public.a\\n\\n\\0|ack is auto, client"
            + " or, from 1.1 on, client-individual",
        "SUBSCRIBE\\nid:1\\ndestination:/topic/secret\\n\\n\\0|access denied\\c secret (subscribe)",
        "SUBSCRIBE\\nid:1\\ndestination:/queue/secret\\n\\n\\0|access denied\\c secret (subscribe)",
        "SUBSCRIBE\\nid:1\\ndestination:/topic/#\\n\\n\\0|access denied\\c # (subscribe)",
        "SUBSCRIBE\\nid:1\\nprefetch-count:0\\ndestination:/queue/public.a\\n\\n\\0|prefetch-count"
            + " is a number from 1 to 99999",
        "UNSUBSCRIBE\\nid:none\\n\\n\\0|UNSUBSCRIBE ends a subscription that there is",
        "ACK\\n\\n\\0|ACK has a header id",
        "ACK\\nid:nonsense\\n\\n\\0|ACK and NACK name a message that this connection was given",
        "BEGIN\\n\\n\\0|BEGIN has a header transaction",
        "COMMIT\\ntransaction:none\\n\\n\\0|COMMIT and ABORT end a transaction that is open",
        "ABORT\\ntransaction:none\\n\\n\\0|COMMIT and ABORT end a transaction that is open",
        "DISCONNECT\\n\\nbody\\0|only SEND has a body, DISCONNECT has none",
      })
  void invalidFrameIsAnErrorThatNamesTheRule(String written, String rule) {
    for (Via via : Via.values()) {
      StompTestClient client = connected(via, "1.2");
      client.send(written.replace("\\n", "\n").replace("\\0", "\0"));
      assertThat(client.error().header("message")).isEqualTo(rule);
    }
  }

  @ParameterizedTest
  @CsvSource({"abc", "1", "'1,2,3'", "'-1,0'", "'1;2'"})
  void malformedHeartBeatIsAnError(String beats) {
    for (Via via : Via.values()) {
      StompTestClient client = client(via);
      client.send("CONNECT\naccept-version:1.2\nheart-beat:" + beats + "\n\n\0");
      assertThat(client.error().header("message"))
          .isEqualTo("heart-beat is two numbers of milliseconds with a comma between them");
    }
  }

  @ParameterizedTest
  @EnumSource
  void tooManyTransactionsOrFramesAreAnError(Via via) {
    StompTestClient client = connected(via, "1.2");
    for (String id : List.of("a", "b", "c")) {
      client.send("BEGIN\ntransaction:" + id + "\n\n\0");
    }
    assertThat(client.error().header("message"))
        .isEqualTo("a client has at most 2 open transactions");
    StompTestClient other = connected(via, "1.2");
    other.send("BEGIN\ntransaction:a\n\n\0");
    for (int i = 0; i < 4; i++) {
      other.send("SEND\ntransaction:a\ndestination:/topic/public.a\n\n\0");
    }
    assertThat(other.error().header("message"))
        .isEqualTo("open transactions have at most 3 frames");
  }

  @ParameterizedTest
  @EnumSource
  void tooManySubscriptionsAreAnError(Via via) {
    StompTestClient client = connected(via, "1.2");
    for (int i = 0; i < 6; i++) {
      String kind = i % 2 == 0 ? "topic" : "queue";
      client.send("SUBSCRIBE\nid:" + i + "\ndestination:/" + kind + "/public.a" + i + "\n\n\0");
    }
    assertThat(client.error().header("message")).startsWith("too many subscriptions");
    await().until(() -> gateway.counters().subscriptionCount() == 0);
  }

  @ParameterizedTest
  @EnumSource
  void duplicateSubscriptionIdIsAnError(Via via) {
    StompTestClient client = connected(via, "1.1");
    client.send("SUBSCRIBE\nid:1\ndestination:/topic/public.a\n\n\0");
    client.send("SUBSCRIBE\nid:1\ndestination:/topic/public.b\n\n\0");
    assertThat(client.error().header("message"))
        .isEqualTo("an id names one subscription at a time");
  }
}
