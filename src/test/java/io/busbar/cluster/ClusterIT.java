package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.cluster.Audit.Pairs;
import io.busbar.cluster.Client.Protocol;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of nodes in JVMs of their own, some of which do not belong to the others. */
final class ClusterIT {
  private static final String SERVICES = "services=[" + Client.SERVICE + "]";

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void encryptedBusAcceptsOnlyNodesWithACertificate(@TempDir Path ours, @TempDir Path others) {
    String certificates = "cluster.bus.tls=" + Certificates.in(ours).setting();
    BusbarProcess first = cluster.start(SERVICES, certificates);
    BusbarProcess second = cluster.start(SERVICES, certificates);
    try (Audit audit = new Audit(1, List.of(first, second))) {
      try (BusbarProcess plain = cluster.options().launch()) {
        assertThat(plain.exitCode()).isEqualTo(2);
        assertThat(plain.errLines())
            .contains(
                "busbar: the cluster cannot be joined: the bus of this node is plain and that of"
                    + " the other nodes is encrypted: cluster.bus.tls must be the same on all");
      }
      BusbarProcess forged = cluster.start("cluster.bus.tls=" + Certificates.in(others).setting());
      assertReceivesNothing(forged, audit);
      forged.awaitErr("no other node answers");
    }
  }

  private static void assertReceivesNothing(BusbarProcess stranger, Audit audit) {
    ListeningClient deaf = new ListeningClient(Protocol.BRIDGE, stranger);
    audit.goOn(Pairs.ALL);
    assertThat(audit.heardBy(deaf)).isFalse();
    deaf.close();
  }

  @Test
  void nodeOfAnotherClusterNameDoesNotJoin() {
    BusbarProcess first = cluster.start(SERVICES);
    BusbarProcess stranger = cluster.start("cluster.name=others");
    try (Audit audit = new Audit(1, List.of(first))) {
      assertReceivesNothing(stranger, audit);
      stranger.awaitErr("different cluster-name");
    }
  }
}
