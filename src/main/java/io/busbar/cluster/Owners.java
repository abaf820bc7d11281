package io.busbar.cluster;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The owners of names. Everything that lives at one place in a cluster lives on the owner of its
 * name. Any thread may use it; no call waits.
 */
public interface Owners {
  /** Returns the name of this node. */
  String here();

  /** Returns the node that owns the name; null for unknown. */
  @Nullable String of(String name);

  /** Returns all nodes, including this one. */
  Set<String> nodes();

  /**
   * Returns the time in milliseconds until other nodes know the name's new owner, too; 0 for now.
   */
  long settlesIn(String name);

  /**
   * Returns when this node last went on after a standstill in which the others may have taken it
   * for dead. It is also when a lost node has come back. Earlier data and messages may have been
   * given to another node since. In milliseconds since 1970; 0 for never.
   */
  long wokeMillis();

  /** Runs the task on any thread whenever nodes or owners have changed. */
  void onChange(Runnable changed);

  /** Returns whether this node owns the name. */
  default boolean isHere(String name) {
    return here().equals(of(name));
  }

  /** Returns the owners for a node without a cluster: it owns everything, always. */
  static Owners alone() {
    return new Owners() {
      private static final String HERE = "here";

      @Override
      public String here() {
        return HERE;
      }

      @Override
      public String of(String name) {
        return HERE;
      }

      @Override
      public Set<String> nodes() {
        return Set.of(HERE);
      }

      @Override
      public long settlesIn(String name) {
        return 0;
      }

      @Override
      public long wokeMillis() {
        return 0;
      }

      @Override
      public void onChange(Runnable changed) {}
    };
  }
}
