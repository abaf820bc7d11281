package io.busbar;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that dependencies point one way: the table of packages in design.md. */
final class PackagesTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.busbar");

  @Test
  void configKnowsNobody() {
    onlyUses("io.busbar.config");
  }

  @Test
  void featuresKnowOnlyTheBus() {
    onlyUses("io.busbar.feature");
  }

  @Test
  void rabbitMqKnowsOnlyTheBus() {
    onlyUses("io.busbar.rabbitmq", "io.busbar.hub", "io.busbar.config");
  }

  @Test
  void webhooksKnowOnlyTheBus() {
    onlyUses("io.busbar.webhook", "io.busbar.hub", "io.busbar.config");
  }

  @Test
  void theHubKnowsNoProtocolAndNoHttp() {
    onlyUses("io.busbar.hub", "io.busbar.config");
    noClasses()
        .that()
        .resideInAPackage("io.busbar.hub..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.vertx.core.http..", "io.vertx.ext.web..", "io.netty.handler.codec..")
        .check(OURS);
  }

  @Test
  void whatProtocolsShareKnowsTheHub() {
    onlyUses("io.busbar.protocol", "io.busbar.hub", "io.busbar.config");
  }

  @Test
  void sessionsOverManyRequestsKnowNoProtocol() {
    onlyUses(
        "io.busbar.protocol.session", "io.busbar.protocol", "io.busbar.hub", "io.busbar.config");
  }

  @Test
  void whatPortsShareKnowsNoProtocol() {
    onlyUses("io.busbar.net", "io.busbar.config");
  }

  @Test
  void queuesKnowNoProtocol() {
    onlyUses(
        "io.busbar.queue",
        "io.busbar.queue.store",
        "io.busbar.hub",
        "io.busbar.selector",
        "io.busbar.cluster",
        "io.busbar.config");
    onlyUses("io.busbar.queue.store", "io.busbar.hub", "io.busbar.cluster", "io.busbar.config");
  }

  @Test
  void presenceKnowsNoProtocol() {
    onlyUses("io.busbar.presence", "io.busbar.hub", "io.busbar.cluster", "io.busbar.config");
  }

  /** The queues do not know what stores their messages. */
  @Test
  void onlyTheStoresOfQueuesKnowWhatKeepsThem() {
    noClasses()
        .that()
        .resideInAPackage("io.busbar.queue")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.hazelcast..", "org.h2..")
        .check(OURS);
  }

  @Test
  void protocolsNeverImportEachOther() {
    for (String protocol :
        List.of(
            "sockjs",
            "engineio",
            "bridge",
            "service",
            "stomp",
            "sse",
            "route",
            "pusher",
            "topics")) {
      onlyUses(
          "io.busbar.protocol." + protocol,
          "io.busbar.protocol",
          "io.busbar.protocol.session",
          "io.busbar.hub",
          "io.busbar.queue",
          "io.busbar.queue.store",
          "io.busbar.selector",
          "io.busbar.net",
          "io.busbar.config");
    }
  }

  /** The TCP bridge is the bridge in another dialect. */
  @Test
  void theTcpBridgeKnowsTheBridge() {
    onlyUses(
        "io.busbar.protocol.tcpbridge",
        "io.busbar.protocol",
        "io.busbar.protocol.bridge",
        "io.busbar.hub",
        "io.busbar.config");
  }

  @Test
  void selectorsKnowOnlyTheHub() {
    onlyUses("io.busbar.selector", "io.busbar.hub");
  }

  @Test
  void httpKnowsTheProtocolsThatItMountsOnlyAsEndpoints() {
    onlyUses(
        "io.busbar.http",
        "io.busbar.protocol",
        "io.busbar.net",
        "io.busbar.hub",
        "io.busbar.config");
  }

  @Test
  void whoChecksLoginsKnowsNoProtocol() {
    onlyUses("io.busbar.auth", "io.busbar.protocol", "io.busbar.hub", "io.busbar.config");
  }

  @Test
  void whatAdminsSeeKnowsNoProtocol() {
    onlyUses(
        "io.busbar.admin",
        "io.busbar.http",
        "io.busbar.protocol",
        "io.busbar.queue",
        "io.busbar.deploy",
        "io.busbar.hub",
        "io.busbar.config");
  }

  @Test
  void whoRunsFeaturesKnowsTheirArchives() {
    onlyUses("io.busbar.deploy", "io.busbar.cluster", "io.busbar.config");
  }

  @Test
  void languagesOfScriptsKnowWhatAFeatureIs() {
    onlyUses("io.busbar.js", "io.busbar.deploy", "io.busbar.config");
    onlyUses("io.busbar.groovy", "io.busbar.deploy", "io.busbar.config");
  }

  @Test
  void commandsKnowOnlyTheAdminPort() {
    onlyUses("io.busbar.command");
  }

  @Test
  void noPackagesGoInCircles() {
    slices().matching("io.busbar.(**)").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void nothingIsSynchronized() {
    com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods()
        .should()
        .haveModifier(JavaModifier.SYNCHRONIZED)
        .check(OURS);
  }

  private static void onlyUses(String aPackage, String... others) {
    String[] allowed = Stream.concat(Stream.of(aPackage), Stream.of(others)).toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage(aPackage)
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("io.busbar.."))
                .or(JavaClass.Predicates.resideInAnyPackage(allowed)))
        .allowEmptyShould(true)
        .check(OURS);
  }
}
