package io.busbar.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.busbar.TestGateway;
import io.busbar.config.ChannelRule.Overflow;
import io.busbar.config.SocketTransport;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that every protocol works the same over the socket transports that are not the default. */
@ParameterizedClass
@EnumSource(
    value = SocketTransport.class,
    names = {"NIO", "IO_URING"})
class OtherTransportsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * All messages together are smaller than an outbox. So a client that waits for the processor is
   * not slow.
   */
  private static final int MESSAGES = 500;

  private static TestGateway gateway;

  private final List<Peer> peers = new ArrayList<>();

  @Parameter private SocketTransport transport;

  @BeforeParameterizedClassInvocation
  static void start(SocketTransport transport) {
    // No package could change what a kernel or a container forbids.
    boolean there = transport != SocketTransport.IO_URING || IoUring.isAvailable();
    if (!there) {
      System.err.println("No io_uring: it is not tested: " + IoUring.unavailabilityCause());
    }
    assumeTrue(there);
    gateway =
        TestGateway.start(
            "transport=" + transport,
            "permissions=[{address: 'public.*', allow: [subscribe, publish]}]",
            "channels=[{address: public.oldest, overflow: drop-oldest}]",
            "services=[{path: /channel, address: echo, channel: public.a}]",
            "limits.outbox=128KiB");
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    if (gateway != null) {
      gateway.close();
      gateway = null;
    }
  }

  @AfterEach
  void closePeers() {
    peers.forEach(Peer::close);
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
    await().atMost(PATIENCE).until(() -> gateway.counters().channelCount() == 0);
  }

  private Peer connect(LoadProtocol loadProtocol, String address) {
    Peer peer =
        TestGateway.await(Peer.connect(loadProtocol, gateway.httpPort(), gateway.stompPort()));
    if (loadProtocol != LoadProtocol.SERVICE) {
      peer.subscribe(address);
    }
    peers.add(peer);
    await().atMost(PATIENCE).until(() -> gateway.counters().subscriptionCount() == peers.size());
    return peer;
  }

  @Test
  void configuredTransportIsUsed() {
    Class<? extends IoHandler> handler =
        transport == SocketTransport.NIO ? NioIoHandler.class : IoUringIoHandler.class;
    ContextInternal context = (ContextInternal) gateway.vertx().getOrCreateContext();
    assertThat(((IoEventLoop) context.nettyEventLoop()).isIoType(handler)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void subscriberReceivesAllInOrder(LoadProtocol loadProtocol) {
    Peer one = connect(loadProtocol, "public.a");
    Peer other = connect(LoadProtocol.BRIDGE, "public.a");
    for (int i = 0; i < MESSAGES; i++) {
      other.publish("public.a", Numbers.mark(i, 100));
    }
    for (Peer peer : peers) {
      await().atMost(PATIENCE).until(() -> peer.received().count() == MESSAGES);
    }
    assertThat(one.received().ascend()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SERVICE")
  void slowReaderIsDisconnected(LoadProtocol loadProtocol) {
    Peer slow = connect(loadProtocol, "public.a");
    Peer quick = connect(LoadProtocol.BRIDGE, "public.a");
    long before = gateway.counters().disconnectedCount(1008);
    slow.stopReading();
    int sent = 0;
    while (gateway.counters().disconnectedCount(1008) == before && sent < 5_000) {
      gateway.bus().publish("public.a", Numbers.mark(sent, 16 << 10));
      int newest = sent++;
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> quick.received().last() == newest);
    }
    assertThat(gateway.counters().disconnectedCount(1008)).isEqualTo(before + 1);
    assertThat(gateway.counters().outboxByteCount()).isZero();
    slow.readAgain();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SERVICE")
  void slowReaderLosesTheOldest(LoadProtocol loadProtocol) {
    Peer slow = connect(loadProtocol, "public.oldest");
    long before = gateway.counters().droppedCount(Overflow.DROP_OLDEST);
    slow.stopReading();
    int sent = 0;
    while (gateway.counters().droppedCount(Overflow.DROP_OLDEST) == before && sent < 5_000) {
      gateway.bus().publish("public.oldest", Numbers.mark(sent++, 16 << 10));
    }
    slow.readAgain();
    int last = sent - 1;
    await().atMost(PATIENCE).until(() -> slow.received().last() == last);
    long dropped = gateway.counters().droppedCount(Overflow.DROP_OLDEST) - before;
    assertThat(slow.received().count() + dropped).isEqualTo(sent);
  }

  @ParameterizedTest
  @EnumSource
  void disconnectedClientLeavesNothingBehind(LoadProtocol loadProtocol) {
    connect(loadProtocol, "public.a").die();
    await().atMost(PATIENCE).until(() -> gateway.counters().subscriptionCount() == 0);
  }
}
