package io.busbar.auth;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map with a limited number of keys; beyond it the least recently used key is dropped. Used by
 * one thread at a time.
 */
final class LruMap<V> extends LinkedHashMap<String, V> {
  static final int MOST = 10_000;

  private static final long serialVersionUID = 1L;

  LruMap() {
    super(16, 0.75f, true);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
    return size() > MOST;
  }
}
