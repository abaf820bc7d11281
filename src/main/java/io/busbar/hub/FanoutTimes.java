package io.busbar.hub;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A histogram of the time from a channel to the outboxes of one event loop. Only that loop writes,
 * without a lock or a fence; any thread may read.
 */
final class FanoutTimes {
  /**
   * Number of buckets. Bucket i counts times up to 2^i * 16 microseconds; the last one all others.
   */
  static final int BUCKETS = 17;

  private static final int FIRST_NANOS_LOG2 = 14;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
  private final AtomicLongArray sum = new AtomicLongArray(1);

  /** Returns the upper bound of a bucket in seconds; infinity for the last one. */
  static double boundSeconds(int bucket) {
    return bucket == BUCKETS - 1
        ? Double.POSITIVE_INFINITY
        : (1L << (bucket + FIRST_NANOS_LOG2)) / 1e9;
  }

  void took(long nanos) {
    long positive = Math.max(1, nanos);
    int log2 = Long.SIZE - Long.numberOfLeadingZeros(positive - 1);
    int bucket = Math.min(BUCKETS - 1, Math.max(0, log2 - FIRST_NANOS_LOG2));
    counts.lazySet(bucket, counts.getPlain(bucket) + 1);
    sum.lazySet(0, sum.getPlain(0) + positive);
  }

  long count(int bucket) {
    return counts.get(bucket);
  }

  long sumNanos() {
    return sum.get(0);
  }
}
