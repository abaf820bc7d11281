package io.busbar.monitor;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import com.sun.management.VMOption.Origin;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;

/**
 * How much of the heap the process keeps though nothing is in it: after a full collection HotSpot
 * gives back what is beyond a share, which is 70 % of the heap as it comes. A gateway has many
 * clients at one time and few at another.
 */
public final class FreeHeap {
  /** In percent; the lower bound is set first, since it may not be above the upper. */
  private static final List<Map.Entry<String, String>> SHARES =
      List.of(Map.entry("MinHeapFreeRatio", "20"), Map.entry("MaxHeapFreeRatio", "40"));

  private FreeHeap() {}

  /** Sets the shares, unless the command line did, or this JVM has none. */
  public static void giveBack() {
    HotSpotDiagnosticMXBean jvm =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (jvm != null && SHARES.stream().allMatch(share -> isUnset(jvm, share.getKey()))) {
      SHARES.forEach(share -> jvm.setVMOption(share.getKey(), share.getValue()));
    }
  }

  private static boolean isUnset(HotSpotDiagnosticMXBean jvm, String name) {
    try {
      VMOption option = jvm.getVMOption(name);
      return option.isWriteable() && option.getOrigin() == Origin.DEFAULT;
    } catch (IllegalArgumentException e) {
      return false; // not an option of this JVM's
    }
  }
}
