package io.busbar.config;

import java.time.Duration;

/**
 * What one session, one client address and all clients together may cost.
 *
 * @param subscriptions channels that one session listens to at once
 * @param patterns and patterns of channels
 * @param patternsPerAddress different ones that clients of one network address were the first to
 *     listen to
 * @param addressLength characters of an address
 * @param addressWords words of it, between dots
 * @param messageSize bytes of a message from a client
 * @param messagesPerSecond messages a second from one session, on average over a second
 * @param bytesPerSecond bytes a second from one session; beyond them it is read no further
 * @param outbox bytes that wait for a session that reads slowly
 * @param outboxTotal bytes that wait for all of them, an equal part of it on each event loop
 * @param connections TCP connections that all clients together may have
 * @param connectionsPerAddress and those of one IPv4 address, or of one IPv6 network (/64)
 * @param inboundTotal bytes of all frames and bodies that have begun and are not whole yet; 0 is
 *     an eighth of the direct memory
 * @param inboundPerAddress and of those of one address; 0 is an eighth of inboundTotal, or 32
 *     messages of the largest size where that is more
 * @param readTimeout of such a frame or body some byte must come within this time
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
