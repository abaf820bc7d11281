package io.busbar.config;

import java.time.Duration;

/**
 * The limits for one session, one client address and all clients together.
 *
 * @param subscriptions number of channels that one session listens to at once
 * @param patterns number of patterns that one session listens to at once
 * @param patternsPerAddress number of different patterns that clients of one network address were
 *     the first to listen to
 * @param addressLength maximum number of characters of an address
 * @param addressWords maximum number of words of an address, between dots
 * @param messageSize maximum size of a message from a client
 * @param messagesPerSecond messages per second from one session, on average over a second
 * @param bytesPerSecond bytes per second from one session; beyond it reading pauses
 * @param outbox bytes that wait for one session that reads slowly
 * @param outboxTotal bytes that wait for all such sessions; each event loop has an equal part
 * @param connections number of TCP connections of all clients together
 * @param connectionsPerAddress number of TCP connections of one IPv4 address, or of one IPv6
 *     network (/64)
 * @param inboundTotal bytes of all incomplete frames and bodies; 0 for an eighth of the direct
 *     memory
 * @param inboundPerAddress the same for one address; 0 for an eighth of inboundTotal, or 32
 *     messages of the largest size if that is more
 * @param readTimeout an incomplete frame or body must get new bytes within this time
 */
public record LimitsConfig(
    int subscriptions,
    int patterns,
    int patternsPerAddress,
    int addressLength,
    int addressWords,
    Size messageSize,
    int messagesPerSecond,
    Size bytesPerSecond,
    Size outbox,
    Size outboxTotal,
    int connections,
    int connectionsPerAddress,
    Size inboundTotal,
    Size inboundPerAddress,
    Duration readTimeout) {
  public LimitsConfig {
    Checks.between("subscriptions", subscriptions, 1, 1_000_000);
    Checks.between("patterns", patterns, 0, 1_000_000);
    Checks.between("patterns-per-address", patternsPerAddress, 0, 10_000_000);
    Checks.between("address-length", addressLength, 1, 10_000);
    Checks.between("address-words", addressWords, 1, 1_000);
    Checks.between("message-size", messageSize, 128, 64 << 20);
    Checks.between("messages-per-second", messagesPerSecond, 1, 100_000_000);
    Checks.between("bytes-per-second", bytesPerSecond, 1024, 1L << 40);
    Checks.between("outbox", outbox, 1024, 1 << 30);
    Checks.between("outbox-total", outboxTotal, 1024, 1L << 40);
    Checks.between("connections", connections, 1, 10_000_000);
    Checks.between("connections-per-address", connectionsPerAddress, 1, 10_000_000);
    Checks.between("inbound-total", inboundTotal, 0, 1L << 40);
    Checks.between("inbound-per-address", inboundPerAddress, 0, 1L << 40);
    Checks.positive("read-timeout", readTimeout);
  }

  static LimitsConfig defaults() {
    return new LimitsConfig(
        1000,
        100,
        1000,
        200,
        32,
        Size.ofKiB(256),
        100_000,
        Size.ofMiB(64),
        Size.ofMiB(1),
        Size.ofMiB(128),
        100_000,
        20_000,
        new Size(0),
        new Size(0),
        Duration.ofSeconds(30));
  }
}
