package io.busbar.auth;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of so many keys at most: beyond that the one that was not asked for the longest is
 * forgotten. Not for several threads at once.
 */
final class Remembered<V> extends LinkedHashMap<String, V> {
  static final int MOST = 10_000;

  private static final long serialVersionUID = 1L;

  Remembered() {
    super(16, 0.75f, true);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
    return size() > MOST;
  }
}
