package io.busbar.deploy;

import static io.busbar.deploy.ScriptFeatures.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.config.ScriptConfig;
import io.busbar.config.Size;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests features that are compiled from languages other than Java. Each jar has the library of its
 * language.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CompiledLanguagesTest {
  private static final int TIMES = 50;

  @TempDir Path folder;

  private Path echo(String language) throws Exception {
    ExampleJars jars = new ExampleJars(folder);
    return language.equals("Groovy") ? jars.groovy("Echo") : jars.kotlin("Echo");
  }

  /**
   * Each version has its own class loader. One reference to any of its classes keeps all of them in
   * memory.
   */
  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"Groovy", "Kotlin"})
  void undeployedVersionsAreUnloaded(String language) throws Exception {
    Path jar = echo(language);
    ScriptConfig limits = new ScriptConfig(Duration.ofSeconds(2), Size.ofMiB(128));
    try (ScriptFeatures features = new ScriptFeatures(folder, Duration.ZERO, limits)) {
      long before = unloaded();
      long loaded = 0;
      for (int i = 0; i < TIMES; i++) {
        Path upload = Files.copy(jar, folder.resolve(UUID.randomUUID() + ".jar"));
        done(features.deploy(upload, null));
        assertThat(features.ask("example.echo", i)).isEqualTo(i);
        features.undeploy("echo");
        loaded =
            i == 0 ? ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount() : loaded;
      }
      long more = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount() - loaded;
      long expected = before + more * 9 / 10;
      await()
          .atMost(Duration.ofSeconds(30))
          .until(CompiledLanguagesTest::unloaded, now -> now >= expected);
    }
  }

  /** Returns the number of classes that were unloaded, after soft references were cleared too. */
  private static long unloaded() {
    assertThatThrownBy(() -> Arrays.fill(new long[Integer.MAX_VALUE - 8], 1))
        .isInstanceOf(OutOfMemoryError.class);
    System.gc();
    return ManagementFactory.getClassLoadingMXBean().getUnloadedClassCount();
  }
}
