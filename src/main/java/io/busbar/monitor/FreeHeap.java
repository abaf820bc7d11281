package io.busbar.monitor;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import com.sun.management.VMOption.Origin;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;

/**
 * Sets how much free heap the JVM keeps. After a full collection, HotSpot returns the free heap
 * above a share of the heap, which is 70 % by default. A gateway has many clients at some times and
 * few at others, so this class sets a smaller share.
 */
public final class FreeHeap {
  /** In percent. The lower bound is set first, because it may not be above the upper. */
  private static final List<Map.Entry<String, String>> SHARES =
      List.of(Map.entry("MinHeapFreeRatio", "20"), Map.entry("MaxHeapFreeRatio", "40"));

  private FreeHeap() {}

  /** Sets the shares, unless the command line did or this JVM has none. */
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
      return false; // this JVM has no such option
    }
  }
}
