package io.busbar.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The checks that concern several parts of a configuration. */
final class CrossChecks {
  private static final String ALONE =
      "disk is for a node alone; a cluster keeps each message on two nodes";

  private CrossChecks() {}

  /**
   * Checks that each address occurs once, and that no service lets clients listen to it without
   * rules.
   */
  static void workers(List<WorkerConfig> workers, List<ServiceConfig> services) {
    Map<String, String> taken = new HashMap<>();
    for (int i = 0; i < workers.size(); i++) {
      String key = "workers[" + i + "].address";
      String before = taken.putIfAbsent(workers.get(i).address(), "is that of " + key + ", too");
      Checks.unique(key, before);
    }
    for (int i = 0; i < services.size(); i++) {
      String words = taken.get(services.get(i).channel());
      Checks.unique("services[" + i + "].channel", words);
    }
  }

  static void webhookNames(List<WebhookConfig> webhooks) {
    for (int i = 0; i < webhooks.size(); i++) {
      for (int j = 0; j < i; j++) {
        String what = "is that of webhooks[" + j + "], too; give one of them a name";
        boolean different = !webhooks.get(i).name().equals(webhooks.get(j).name());
        Checks.require(different, "webhooks[" + i + "].name", what);
      }
    }
  }

  static void storesOfACluster(
      QueuesConfig queues, List<WebhookConfig> webhooks, StreamsConfig streams) {
    Checks.require(queues.store() != QueuesConfig.Store.DISK, "queues.store", ALONE);
    for (int i = 0; i < queues.rules().size(); i++) {
      boolean disk = queues.rules().get(i).store() == QueuesConfig.Store.DISK;
      Checks.require(!disk, "queues.rules[" + i + "].store", ALONE);
    }
    for (int i = 0; i < webhooks.size(); i++) {
      boolean disk = webhooks.get(i).store() == QueuesConfig.Store.DISK;
      Checks.require(!disk, "webhooks[" + i + "].store", ALONE);
    }
    Checks.require(streams.store() != StreamsConfig.Store.DISK, "streams.store", ALONE);
  }
}
