package io.busbar.hub;

import io.busbar.config.WorkerConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The addresses that clients answer, with their rules and counters. Any thread may use it. */
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

  /** Returns the rule of the address; null where it has no workers. */
  @Nullable WorkerConfig of(String address) {
    Entry entry = entries.get(address);
    return entry == null ? null : entry.rule();
  }

  /** Returns the counters of an address with workers. */
  public WorkerCounters counters(String address) {
    return entry(address).counters();
  }

  /** Calls the action with each address, in the order of the configuration. */
  public void forEach(BiConsumer<String, WorkerCounters> action) {
    entries.forEach((address, entry) -> action.accept(address, entry.counters()));
  }

  /**
   * Returns the role that a listener of the address needs; null where {@code permissions} decide.
   */
  @Nullable String roleOf(String address) {
    Entry entry = entries.get(address);
    return entry == null || entry.rule().role().isEmpty() ? null : entry.rule().role();
  }

  /** Returns the rule's name for the operator: {@code workers[0] jobs}. */
  String name(String address) {
    return "workers[" + entry(address).index() + "] " + address;
  }

  private Entry entry(String address) {
    return Objects.requireNonNull(entries.get(address), "only of an address with workers");
  }
}
