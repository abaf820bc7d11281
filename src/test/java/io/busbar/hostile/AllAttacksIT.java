package io.busbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.SockJsHttpPipe;
import io.busbar.protocol.WebSocketPipe;
import io.busbar.protocol.bridge.BridgeContractClient;
import io.busbar.protocol.stomp.StompContractClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs the jar with little memory under all attacks at once, for {@code -Dattacks.seconds}. If that
 * is a minute or more, its answers must also have been quick.
 */
@Tag("long")
final class AllAttacksIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SECONDS = Integer.getInteger("attacks.seconds", 8);
  private static final int LONG_SECONDS = 60;
  private static final double MOST_MILLIS = 200;

  private final List<LegitimateMessageClient> bystanders = new ArrayList<>();

  /** Null before the attacks begin. */
  private Attackers attackers;

  @AfterEach
  void closeClients() {
    if (attackers != null) {
      attackers.close();
    }
    bystanders.forEach(LegitimateMessageClient::close);
  }

  @Test
  void honestClientsAreServedDuringAllAttacksAtOnce() throws Exception {
    try (BusbarProcess busbar =
        BusbarProcess.options()
            .optimized()
            .jvm("-Xmx256m", "-XX:+ExitOnOutOfMemoryError")
            .set("tcp-bridge.enabled", true)
            .set("auth.jwt.secret", InvalidInputGateway.SECRET)
            .set(
                "permissions",
                "[{address: 'public.#', allow: [subscribe, publish]},"
                    + " {address: echo, allow: [send]}]")
            .start()) {
      IncompleteMessages.Ports ports =
          new IncompleteMessages.Ports(
              busbar.httpPort(),
              busbar.stompPort(),
              busbar.tcpBridgePort(),
              busbar.admin().getPort());
      NodeMetrics metrics = new NodeMetrics(busbar);
      connectBystanders(ports);
      try (LegitimateHttpClient pages = new LegitimateHttpClient(ports.http())) {
        bystanders.forEach(LegitimateMessageClient::begin);
        attackers = new Attackers(ports);
        await().atMost(PATIENCE).until(() -> attackers.refused(Attack.WRONG_LOGINS) > 10);
        login(ports);
        bystanders.forEach(LegitimateMessageClient::forgetTimes);
        await()
            .pollDelay(Duration.ofSeconds(SECONDS))
            .atMost(PATIENCE.plusSeconds(SECONDS))
            .untilAsserted(
                () ->
                    assertThat(strength(metrics))
                        .allSatisfy((attack, times) -> assertThat(times).isGreaterThan(10)));
        System.out.println("all attacks at once: " + strength(metrics));
        assertAllMessagesArrived();
      }
      assertThat(attackers.unfair()).isEmpty();
      closeClients();
      await().atMost(PATIENCE).until(() -> metrics.value("busbar_inbound_bytes") == 0);
      assertThat(metrics.isReady()).isTrue();
      assertThat(busbar.errLines()).noneMatch(line -> line.matches(".*(OutOfMemory| ERROR ).*"));
    }
  }

  private void connectBystanders(IncompleteMessages.Ports ports) {
    addBystander("ann", StompContractClient.overTcp(ports.stomp()), "public.*.said");
    addBystander("bob", StompContractClient.overTcp(ports.stomp()), LegitimateMessageClient.TALK);
    addBystander("cid", bridge(ports), LegitimateMessageClient.TALK);
    addBystander("dot", bridge(ports), LegitimateMessageClient.TALK);
    for (String transport : List.of("xhr", "xhr_streaming")) {
      ContractClient client =
          new BridgeContractClient(SockJsHttpPipe.connect(ports.http(), transport));
      addBystander(transport.replace('_', '-'), client, LegitimateMessageClient.TALK);
    }
  }

  private void addBystander(String name, ContractClient client, String talk) {
    bystanders.add(new LegitimateMessageClient(name, client).listen(talk));
  }

  private static ContractClient bridge(IncompleteMessages.Ports ports) {
    return new BridgeContractClient(WebSocketPipe.connect(ports.http(), "/eventbus/websocket"));
  }

  /** Logs in with the right password while attackers guess it. */
  private static void login(IncompleteMessages.Ports ports) throws IOException {
    long before = System.nanoTime();
    try (RawSocket honest = new RawSocket(ports.stomp())) {
      honest.send(LoginRequests.connect("demo", "demo"));
      assertThat(honest.until(0)).startsWith("CONNECTED");
    }
    System.out.printf(
        "all attacks at once: a login took %d ms%n", (System.nanoTime() - before) / 1_000_000);
  }

  /** The amount of work of each attack for the node. */
  private Map<String, Double> strength(NodeMetrics metrics) {
    Map<String, Double> all = new TreeMap<>();
    all.put("forged headers", (double) bystanders.get(0).received(Attack.FORGED));
    all.put("wrong logins", (double) attackers.refused(Attack.WRONG_LOGINS));
    all.put("odd tokens", (double) attackers.refused(Attack.ODD_TOKENS));
    all.put("patterns", (double) attackers.received(Attack.PATTERNS));
    all.put("half-sent", metrics.value("busbar_inbound_ended_total{reason=\"total\"}"));
    all.put(
        "too many patterns", metrics.value("busbar_refusals_total{reason=\"too_many_patterns\"}"));
    return all;
  }

  private void assertAllMessagesArrived() throws Exception {
    Map<String, Integer> spoken = new HashMap<>();
    Map<String, List<Long>> nanos = new TreeMap<>();
    for (LegitimateMessageClient each : bystanders) {
      spoken.put(each.name(), each.end());
      each.nanos()
          .forEach(
              (what, times) -> {
                nanos.computeIfAbsent("all", key -> new ArrayList<>()).addAll(times);
                nanos.computeIfAbsent(what, key -> new ArrayList<>()).addAll(times);
                nanos.computeIfAbsent(each.name(), key -> new ArrayList<>()).addAll(times);
              });
    }
    for (LegitimateMessageClient each : bystanders) {
      each.hearAll(spoken);
    }
    nanos.forEach(
        (what, times) -> {
          times.sort(null);
          System.out.printf(
              "all attacks at once: %s: %d round trips, p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
              what, times.size(), millis(times, 0.5), millis(times, 0.99), millis(times, 1));
        });
    if (SECONDS >= LONG_SECONDS) {
      assertThat(millis(nanos.get("all"), 0.99)).isLessThan(MOST_MILLIS);
    }
  }

  private static double millis(List<Long> sorted, double part) {
    return sorted.get((int) Math.ceil(part * sorted.size()) - 1) / 1e6;
  }
}
