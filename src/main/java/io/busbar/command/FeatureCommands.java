package io.busbar.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands that have a node run features, by its admin port. */
public final class FeatureCommands {
  private static final int FAILED = 2;
  private static final String FEATURES = "/api/features";

  /** Files that come as they are, without an archive. */
  private static final List<String> SCRIPTS = List.of(".js", ".groovy");

  private FeatureCommands() {}

  /** What a command does. */
  private interface Step {
    void run() throws AdminClient.Failure, IOException, InterruptedException;
  }

  /** Has a node run an archive. */
  @Command(
      name = "deploy",
      description = "Has a node run a feature, in the place of what has its name.",
      mixinStandardHelpOptions = true)
  public static final class Deploy implements Callable<Integer> {
    @Parameters(
        paramLabel = "FILE",
        description = "A jar with META-INF/busbar.yaml, or a script: .js, .groovy.")
    private Path file;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        description = "What it is known by, in the place of the name in the archive.")
    private String name;

    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "YAML whose keys are laid over the archive's config.")
    private Path config;

    @Mixin private AdminClient admin;

    @Override
    public Integer call() throws InterruptedException {
      return carryOut(this::deploy);
    }

    private void deploy() throws AdminClient.Failure, IOException, InterruptedException {
      if (!Files.isReadable(file)) {
        throw new AdminClient.Failure(file + " cannot be read");
      }
      String query =
          FEATURES
              + "?"
              + parameter("script", script())
              + parameter("name", name)
              + parameter("config", text());
      JsonObject now = admin.ask("POST", query, BodyPublishers.ofFile(file));
      System.out.println(words(now) + " runs" + before(now));
    }

    /** The script's own name; null for a jar. */
    private String script() {
      String own = file.getFileName().toString();
      return SCRIPTS.stream().anyMatch(own::endsWith) ? own : null;
    }

    private String text() throws IOException {
      return config == null ? null : Files.readString(config);
    }

    private static String before(JsonObject now) {
      String replaced = now.getString("replaced");
      return replaced == null
          ? ""
          : replaced.isEmpty() ? ", again" : ", in the place of " + replaced;
    }
  }

  /** Has a node run a feature no more. */
  @Command(
      name = "undeploy",
      description = "Has a node run a feature no more.",
      mixinStandardHelpOptions = true)
  public static final class Undeploy implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "What it is known by.")
    private String name;

    @Mixin private AdminClient admin;

    @Override
    public Integer call() throws InterruptedException {
      return carryOut(
          () -> {
            admin.ask("DELETE", FEATURES + "/" + encoded(name));
            System.out.println(name + " runs no more");
          });
    }
  }

  /** Lists what was deployed. */
  @Command(
      name = "features",
      description = "Lists the features that were deployed to a node.",
      mixinStandardHelpOptions = true)
  public static final class ListAll implements Callable<Integer> {
    @Mixin private AdminClient admin;

    @Override
    public Integer call() throws InterruptedException {
      return carryOut(
          () -> {
            JsonArray all = admin.ask("GET", FEATURES).getJsonArray("features");
            all.stream().map(JsonObject.class::cast).forEach(ListAll::print);
          });
    }

    private static void print(JsonObject each) {
      System.out.printf(
          "%s  since %s  %s  %s%n",
          words(each),
          each.getString("since"),
          each.getString("verticle"),
          String.join(" ", each.getJsonArray("addresses").stream().map(String::valueOf).toList()));
    }
  }

  private static int carryOut(Step step) throws InterruptedException {
    try {
      step.run();
      return 0;
    } catch (AdminClient.Failure e) {
      System.err.println("busbar: " + e.getMessage());
    } catch (FileNotFoundException | NoSuchFileException e) {
      System.err.println("busbar: there is no file " + e.getMessage());
    } catch (IOException e) {
      System.err.println("busbar: " + e);
    }
    return FAILED;
  }

  private static String words(JsonObject feature) {
    return (feature.getString("name") + " " + feature.getString("version")).strip();
  }

  private static String parameter(String key, String value) {
    return value == null ? "" : key + "=" + encoded(value) + "&";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
