package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.TestGateway;
import io.busbar.cluster.Audit.Ear;
import io.busbar.cluster.Audit.Talker;
import io.busbar.cluster.Client.Protocol;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes in JVMs of their own, of which some are killed, frozen or asked to leave. */
final class ClusterIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int ENOUGH = 200;

  private final TestCluster cluster = new TestCluster();
  private final Audit audit = new Audit();

  @AfterEach
  void end() {
    audit.close();
    cluster.close();
  }

  private List<Ear> ears(BusbarProcess node) {
    List<Ear> ears = new ArrayList<>();
    for (Protocol protocol : Protocol.values()) {
      ears.add(audit.ear(protocol, node));
    }
    return ears;
  }

  @Test
  void whatIsSaidOnOneNodeIsHeardOnTheOthersAlsoWhenOneIsKilled() {
    BusbarProcess first = cluster.start();
    BusbarProcess second = cluster.start();
    BusbarProcess dying = cluster.start();
    Talker survivor = audit.talker(Protocol.BRIDGE, first);
    Talker stomp = audit.talker(Protocol.STOMP, second);
    Talker dead = audit.talker(Protocol.BRIDGE, dying);
    List<Ear> ears = new ArrayList<>(ears(first));
    ears.addAll(ears(second));
    ears(dying);
    audit.begin();
    for (Ear ear : ears) {
      audit.more(ear, survivor, ENOUGH);
      audit.more(ear, dead, ENOUGH);
    }

    dying.kill();
    for (Ear ear : ears) {
      audit.more(ear, survivor, ENOUGH);
      audit.more(ear, stomp, ENOUGH);
    }
    audit.end(survivor, ears);
    audit.end(stomp, ears);
    dead.stop();

    assertThat(Audit.report("kill -9, between survivors", survivor, ears).isClean()).isTrue();
    assertThat(Audit.report("kill -9, between survivors", stomp, ears).isClean()).isTrue();
    assertThat(Audit.report("kill -9, from the dead node", dead, ears).isClean()).isTrue();
  }

  @Test
  void aNodeThatLeavesPolitelyCostsNobodyAnything() {
    BusbarProcess staying = cluster.start();
    BusbarProcess other = cluster.start();
    BusbarProcess leaving = cluster.start();
    Talker talker = audit.talker(Protocol.BRIDGE, staying);
    Talker last = audit.talker(Protocol.STOMP, leaving);
    List<Ear> ears = ears(other);
    List<Ear> told = ears(leaving);
    Client.Bridge asking = (Client.Bridge) Client.connect(Protocol.BRIDGE, staying);
    Client waiting = Client.connect(Protocol.BRIDGE, leaving);
    audit.begin();
    told.forEach(ear -> audit.more(ear, talker, ENOUGH));

    leaving.terminate();
    List<Future<JsonObject>> answers = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              answers.add(asking.ask("echo", "number " + answers.size()));
              return waiting.isGone() && answers.size() > ENOUGH;
            });
    assertThat(leaving.exitCode()).isZero();
    ears.forEach(ear -> audit.more(ear, talker, ENOUGH));
    audit.end(talker, ears);
    last.stop();

    for (int i = 0; i < answers.size(); i++) {
      assertThat(TestGateway.await(answers.get(i)).getString("body")).isEqualTo("number " + i);
    }
    assertThat(Audit.report("polite leave, between the others", talker, ears).isClean()).isTrue();
    assertThat(Audit.report("polite leave, from who leaves", last, ears).isClean()).isTrue();
    assertThat(leaving.errLines()).noneMatch(line -> line.contains("the rest is cut"));
  }

  @Test
  void aFrozenNodeThatWakesUpHearsAgain() {
    BusbarProcess awake = cluster.start();
    BusbarProcess frozen = cluster.start();
    BusbarProcess third = cluster.start();
    Talker talker = audit.talker(Protocol.BRIDGE, awake);
    List<Ear> ears = ears(third);
    audit.begin();
    ears.forEach(ear -> audit.more(ear, talker, ENOUGH));

    frozen.signal("STOP");
    awake.awaitErr("Suspecting Member");
    frozen.signal("CONT");
    Talker back = audit.talker(Protocol.STOMP, frozen);
    Ear here = audit.ear(Protocol.BRIDGE, frozen);
    Ear there = audit.ear(Protocol.STOMP, awake);
    back.start();
    audit.more(here, talker, ENOUGH);
    audit.more(there, back, ENOUGH);
    audit.end(talker, ears);
    assertThat(Audit.report("freeze, between the others", talker, ears).isClean()).isTrue();
  }

  @Test
  void anEncryptedBusLetsOnlyNodesWithACertificateIn(@TempDir Path ours, @TempDir Path others) {
    String certificates = "cluster.bus.tls=" + Certificates.in(ours).setting();
    BusbarProcess first = cluster.start(certificates);
    BusbarProcess second = cluster.start(certificates);
    Talker talker = audit.talker(Protocol.BRIDGE, first);
    List<Ear> ears = ears(second);
    audit.begin();
    ears.forEach(ear -> audit.more(ear, talker, ENOUGH));

    try (BusbarProcess plain = cluster.options().launch()) {
      assertThat(plain.exitCode()).isEqualTo(2);
      assertThat(plain.errLines())
          .contains(
              "busbar: the cluster cannot be joined: the bus of this node is plain and that of the"
                  + " other nodes is encrypted: cluster.bus.tls must be the same on all");
    }
    BusbarProcess forged = cluster.start("cluster.bus.tls=" + Certificates.in(others).setting());
    Ear deaf = audit.ear(Protocol.BRIDGE, forged);
    ears.forEach(ear -> audit.more(ear, talker, ENOUGH));
    assertThat(deaf.last(talker)).isZero();
    forged.awaitErr("no other node answers");
  }

  @Test
  void nodesOfOtherNamesDoNotJoin() {
    BusbarProcess first = cluster.start();
    BusbarProcess stranger = cluster.start("cluster.name=others");
    Talker talker = audit.talker(Protocol.BRIDGE, first);
    Ear same = audit.ear(Protocol.BRIDGE, first);
    Ear other = audit.ear(Protocol.BRIDGE, stranger);
    audit.begin();
    audit.more(same, talker, ENOUGH);
    assertThat(other.last(talker)).isZero();
    stranger.awaitErr("different cluster-name");
  }
}
