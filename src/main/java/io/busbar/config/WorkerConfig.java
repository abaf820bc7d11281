package io.busbar.config;

import java.time.Duration;
import java.util.List;

/**
 * An address that clients answer as workers.
 *
 * @param address address without wildcards
 * @param role only users with this role may be workers, whatever {@code permissions} say; empty for
 *     all that may listen there
 * @param concurrency number of unanswered requests of one worker
 * @param waiting number of requests that wait on a node for a free worker; one more fails
 * @param timeout how long a request may wait, and how long a worker may take for it
 * @param retry whether another worker gets each request when the first one dies
 */
public record WorkerConfig(
    String address,
    @MayBeAbsent String role,
    @MayBeAbsent Integer concurrency,
    @MayBeAbsent Integer waiting,
    @MayBeAbsent Duration timeout,
    @MayBeAbsent Boolean retry) {
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final List<String> NOT_FOR_WORKERS = List.of("busbar.", "__vertx.", "presence.");

  public WorkerConfig {
    Checks.text("address", address);
    boolean literal = List.of(address.split("\\.", -1)).stream().noneMatch(WorkerConfig::isWild);
    Checks.require(literal, "address", "must be one address, without wildcards");
    for (String taken : NOT_FOR_WORKERS) {
      Checks.require(!address.startsWith(taken), "address", "must not begin with " + taken);
    }
    role = role == null ? "" : role;
    concurrency = concurrency == null ? 100 : concurrency;
    Checks.between("concurrency", concurrency, 1, 1_000);
    waiting = waiting == null ? 1_000 : waiting;
    Checks.between("waiting", waiting, 0, 100_000);
    timeout = timeout == null ? Duration.ofSeconds(30) : timeout;
    Checks.positive("timeout", timeout);
    Checks.require(timeout.compareTo(LONGEST) <= 0, "timeout", "must be 24h at most");
    retry = retry != null && retry;
  }

  private static boolean isWild(String word) {
    return word.equals("*") || word.equals("#");
  }

  /** Returns a rule with defaults for everything else. */
  @SuppressWarnings("NullAway") // what is absent has its default
  public static WorkerConfig of(String address) {
    return new WorkerConfig(address, null, null, null, null, null);
  }
}
