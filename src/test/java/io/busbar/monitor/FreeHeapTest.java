package io.busbar.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.busbar.TestJvm;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the shares in JVMs of their own, because they cannot be reset. */
final class FreeHeapTest {
  /** Prints the shares that are set. */
  static final class Shares {
    private Shares() {}

    public static void main(String[] arguments) {
      FreeHeap.giveBack();
      HotSpotDiagnosticMXBean jvm =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      System.out.print(jvm.getVMOption("MinHeapFreeRatio").getValue());
      System.out.print(" " + jvm.getVMOption("MaxHeapFreeRatio").getValue());
    }
  }

  private static String shares(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(TestJvm.java());
    command.addAll(List.of(options));
    String classes = home(FreeHeap.class) + File.pathSeparator + home(Shares.class);
    command.addAll(List.of("-cp", classes, Shares.class.getName()));
    Process process = new ProcessBuilder(command).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String home(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().getPath();
  }

  @Test
  void freeHeapIsReturnedEarlier() throws Exception {
    assertThat(shares()).isEqualTo("20 40");
    assertThat(shares("-XX:+UseParallelGC")).isEqualTo("20 40");
  }

  @Test
  void commandLineOptionsOverrideTheShares() throws Exception {
    assertThat(shares("-XX:MaxHeapFreeRatio=60")).isEqualTo("40 60");
    assertThat(shares("-XX:MinHeapFreeRatio=50")).isEqualTo("50 70");
  }
}
