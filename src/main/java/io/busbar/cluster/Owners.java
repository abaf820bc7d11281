package io.busbar.cluster;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which node owns a name: what lives at one place in a cluster lives there. Any thread may ask;
 * nothing waits.
 */
public interface Owners {
  /** This node. */
  String here();

  /** The node that owns the name; null where that is not known, or not any more. */
  @Nullable String of(String name);

  /** All nodes that there are, this one among them. */
  Set<String> nodes();

  /** Milliseconds until others have heard, too, that the name has another owner; 0 for now. */
  long settlesIn(String name);

  /**
   * When this node last went on after it had stood still for so long that the others may have taken
   * it for dead, or met one again that was gone: what either has, or sent before, may have been
   * given to somebody elsewhere. Milliseconds since 1970; 0 for never.
   */
  long wokeMillis();

  /** Runs the task, on any thread, whenever nodes or owners have changed. */
  void onChange(Runnable changed);

  /** Whether this node owns the name. */
  default boolean isHere(String name) {
    return here().equals(of(name));
  }

  /** Those of a node alone: it owns everything, and nothing moves. */
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
