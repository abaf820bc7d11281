package io.busbar;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dependencies point one way: the table of packages in design.md, which is read here. */
final class PackagesTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.busbar");

  private static final Path DESIGN = Path.of("src/site/markdown/design.md");

  /** Beside a package itself and whoever puts all together. */
  private static final Map<String, String> USERS_OF_PROTOCOLS =
      Map.of(
          "io.busbar.protocol.bridge", "io.busbar.protocol.tcpbridge",
          "io.busbar.protocol.engineio", "io.busbar.protocol.socketio");

  private static final Pattern PACKAGE = Pattern.compile("`(io\\.busbar[a-z.]*)`");
  private static final Pattern MAY_IMPORT = Pattern.compile("[a-z]+(\\.[a-z]+)*");

  /** A row of the table of packages: who may import what. */
  record Row(String name, Set<String> mayImport) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(DESIGN)) {
      String[] cells = line.split("\\|");
      if (cells.length == 4 && cells[1].startsWith(" `io.busbar")) {
        Set<String> others =
            MAY_IMPORT
                .matcher(cells[3])
                .results()
                .map(MatchResult::group)
                .map(word -> word.equals("io.busbar") ? word : "io.busbar." + word)
                .collect(Collectors.toSet());
        PACKAGE
            .matcher(cells[1])
            .results()
            .forEach(result -> rows.add(new Row(result.group(1), others)));
      }
    }
    return rows;
  }

  private static Set<String> packages() {
    return OURS.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
  }

  @Test
  void eachPackageIsInTheTable() throws IOException {
    Set<String> listed = rows().stream().map(Row::name).collect(Collectors.toSet());
    assertThat(listed).containsAll(packages()).hasSizeGreaterThan(30);
    listed.removeAll(packages());
    assertThat(listed).as("lies among our tests").containsExactly("io.busbar.test");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void packageUsesOnlyThePackagesOfTheTable(Row row) {
    if (row.mayImport().contains("io.busbar.all")) {
      assertThat(row.name()).isEqualTo("io.busbar");
      return;
    }
    assertThat(packages()).containsAll(row.mayImport());
    String[] allowed =
        Stream.concat(Stream.of(row.name()), row.mayImport().stream()).toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage(row.name())
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("io.busbar.."))
                .or(JavaClass.Predicates.resideInAnyPackage(allowed)))
        .allowEmptyShould(row.name().equals("io.busbar.test"))
        .check(OURS);
  }

  /** Whatever the table says. */
  @Test
  void configFeaturesAndCommandsUseNoOtherPackage() throws IOException {
    assertThat(rows().stream().filter(row -> row.mayImport().isEmpty()).map(Row::name))
        .containsExactlyInAnyOrder("io.busbar.config", "io.busbar.feature", "io.busbar.command");
  }

  @Test
  void protocolIsUsedOnlyWhereProtocolsAreAssembled() {
    List<String> protocols =
        packages().stream()
            .filter(name -> name.startsWith("io.busbar.protocol."))
            .filter(name -> !name.equals("io.busbar.protocol.session"))
            .toList();
    assertThat(protocols).hasSizeGreaterThan(9);
    for (String protocol : protocols) {
      String user = USERS_OF_PROTOCOLS.getOrDefault(protocol, protocol);
      noClasses()
          .that()
          .resideOutsideOfPackages("io.busbar", protocol, user)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(protocol)
          .check(OURS);
    }
  }

  @Test
  void hubDoesNotUseHttp() {
    noClasses()
        .that()
        .resideInAPackage("io.busbar.hub..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.vertx.core.http..", "io.vertx.ext.web..", "io.netty.handler.codec..")
        .check(OURS);
  }

  /** The queues do not know what stores their messages. */
  @Test
  void queuesDoNotUseTheStorageLibraries() {
    noClasses()
        .that()
        .resideInAPackage("io.busbar.queue")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.hazelcast..", "org.h2..")
        .check(OURS);
  }

  /** So NullAway checks it; the admin port is rewritten first. */
  @Test
  void eachPackageIsNullMarked() {
    assertThat(packages().stream().filter(name -> !name.equals("io.busbar.admin")))
        .allSatisfy(
            name ->
                assertThat(OURS.getPackage(name).isAnnotatedWith(NullMarked.class))
                    .as(name)
                    .isTrue());
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.busbar.(**)").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void noMethodIsSynchronized() {
    noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED).check(OURS);
  }
}
