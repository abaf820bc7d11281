package io.busbar.hub;

import io.busbar.config.WorkerConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that clients answer: what the config says of each, and what is counted. Any thread
 * may ask.
 */
public final class WorkerAddresses {
  static final WorkerAddresses NONE = new WorkerAddresses(List.of());

  private record Entry(int index, WorkerConfig rule, WorkerCounters counters) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  public WorkerAddresses(List<WorkerConfig> rules) {
    for (WorkerConfig rule : rules) {
      entries.put(rule.address(), new Entry(entries.size(), rule, new WorkerCounters()));
    }
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  boolean has(String address) {
    return entries.containsKey(address);
  }

  /** What the config says of the address; null where it has no workers. */
  @Nullable WorkerConfig of(String address) {
    Entry entry = entries.get(address);
    return entry == null ? null : entry.rule();
  }

  /** Of an address with workers. */
  public WorkerCounters counters(String address) {
    return entry(address).counters();
  }

  /** Will call it with each address, in the config's order. */
  public void forEach(BiConsumer<String, WorkerCounters> action) {
    entries.forEach((address, entry) -> action.accept(address, entry.counters()));
  }

  /** The role that alone may listen to the address; null where {@code permissions} decide. */
  @Nullable String roleOf(String address) {
    Entry entry = entries.get(address);
    return entry == null || entry.rule().role().isEmpty() ? null : entry.rule().role();
  }

  /** As the operator knows the rule of the address: {@code workers[0] jobs}. */
  String name(String address) {
    return "workers[" + entry(address).index() + "] " + address;
  }

  private Entry entry(String address) {
    return Objects.requireNonNull(entries.get(address), "only of an address with workers");
  }
}
