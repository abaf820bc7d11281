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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The commands that deploy, undeploy and list the features of a node over its admin port. Each
 * command is used by its own thread.
 */
public final class FeatureCommands {
  private static final int FAILED = 2;
  private static final String FEATURES = "/api/features";

  /** The extensions of scripts, which need no archive. */
  private static final List<String> SCRIPTS = List.of(".js", ".groovy");

  private FeatureCommands() {}

  /** The work of a command. */
  private interface Step {
    void run() throws AdminClient.Failure, IOException, InterruptedException;
  }

  /** The command that deploys an archive or a script to a node. */
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
    private @Nullable Path config;

    @Option(names = "--all", description = "On all nodes of the cluster, and on those that come.")
    private boolean all;

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
      String where = all ? "all=true" : "";
      JsonObject now = admin.ask("POST", query + where, BodyPublishers.ofFile(file));
      System.out.println(words(now) + " runs" + on(now) + before(now));
      failed(now);
    }

    /** The nodes that run it; empty if only the node that was asked runs it. */
    private static String on(JsonObject now) {
      List<String> nodes =
          nodes(now)
              .filter(node -> "running".equals(node.getString("state")))
              .map(node -> node.getString("node"))
              .toList();
      return nodes.isEmpty() ? "" : " on " + String.join(", ", nodes);
    }

    private static void failed(JsonObject now) throws AdminClient.Failure {
      List<String> failures =
          nodes(now)
              .filter(node -> "failed".equals(node.getString("state")))
              .map(node -> node.getString("node") + ": " + node.getString("failure"))
              .toList();
      if (!failures.isEmpty()) {
        throw new AdminClient.Failure("it does not run on " + String.join("; ", failures));
      }
    }

    private static Stream<JsonObject> nodes(JsonObject now) {
      return now.getJsonArray("nodes", new JsonArray()).stream().map(JsonObject.class::cast);
    }

    /** The file name of a script; null for a jar. */
    private @Nullable String script() {
      String own = file.getFileName().toString();
      return SCRIPTS.stream().anyMatch(own::endsWith) ? own : null;
    }

    private @Nullable String text() throws IOException {
      return config == null ? null : Files.readString(config);
    }

    private static String before(JsonObject now) {
      String replaced = now.getString("replaced");
      return replaced == null
          ? ""
          : replaced.isEmpty() ? ", again" : ", in the place of " + replaced;
    }
  }

  /** The command that undeploys a feature. */
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

  /** The command that lists the deployed features. */
  @Command(
      name = "features",
      description = "Lists the features that were deployed to a node.",
      mixinStandardHelpOptions = true)
  public static final class ListAll implements Callable<Integer> {
    private static final List<String> HEADS =
        List.of(
            "NAME",
            "VERSION",
            "NODE",
            "WHERE",
            "STATE",
            "SINCE",
            "REQUESTS",
            "ERRORS",
            "ADDRESSES");

    @Mixin private AdminClient admin;

    @Override
    public Integer call() throws InterruptedException {
      return carryOut(
          () -> {
            JsonObject answer = admin.ask("GET", FEATURES);
            print(answer.getJsonArray("features"));
            JsonArray silent = answer.getJsonArray("silent", new JsonArray());
            if (!silent.isEmpty()) {
              throw new AdminClient.Failure("does not answer: node " + joined(silent));
            }
          });
    }

    private static void print(JsonArray features) {
      List<List<String>> table = new ArrayList<>();
      if (!features.isEmpty()) {
        table.add(HEADS);
      }
      features.stream().map(JsonObject.class::cast).map(ListAll::row).forEach(table::add);
      for (List<String> row : table) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
          int column = i;
          int width = table.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
          line.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 2));
        }
        System.out.println(line.toString().stripTrailing());
      }
    }

    private static List<String> row(JsonObject feature) {
      String failure = feature.getString("failure");
      return List.of(
          feature.getString("name"),
          feature.getString("version"),
          feature.getString("node", "-"),
          feature.getString("where"),
          feature.getString("state"),
          feature.getString("since"),
          feature.getLong("requests").toString(),
          feature.getLong("errors").toString(),
          failure == null
              ? joined(feature.getJsonArray("addresses", new JsonArray()))
              : "does not take the newest version: " + failure);
    }

    private static String joined(JsonArray all) {
      return String.join(" ", all.stream().map(String::valueOf).toList());
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

  private static String parameter(String key, @Nullable String value) {
    return value == null ? "" : key + "=" + encoded(value) + "&";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
