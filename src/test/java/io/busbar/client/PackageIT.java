package io.busbar.client;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** busbar.js as people take it from npm: installed, compiled, and in Node, against the jar. */
final class PackageIT {
  @BeforeAll
  static void nodeIsThere() {
    NodeClients.assumeInstalled();
  }

  @TestFactory
  List<DynamicTest> clientFromNpmIsWhatItsPageSays() {
    try (Gateway gateway = new Gateway()) {
      List<String> command = List.of("node", "package.mjs");
      return new TapScript("package.mjs", ClientPackage.install(), command).checks(gateway.url());
    }
  }
}
