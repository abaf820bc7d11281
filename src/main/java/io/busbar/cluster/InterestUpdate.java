package io.busbar.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * An update about a node's registrations for another node: the changes, or a piece of all
 * registrations. Hazelcast transports it and runs it there. The result is the number of the last
 * update of that node that the other one has. It may run twice without another effect. Immutable
 * after Hazelcast has read it.
 */
public final class InterestUpdate
    implements Callable<Long>, DataSerializable, HazelcastInstanceAware {
  /** The result of a node that has nothing of that node. */
  static final long NOTHING = -1;

  /** Key of the exchange in the user context of a node's Hazelcast. */
  static final String EXCHANGE = "busbar.interest";

  private static final long serialVersionUID = 1;
  private static final int NO_PIECE = -1;
  private static final int NO_BUS = -1;

  private String from;
  private long before;
  private long number;
  private int piece;
  private boolean last;
  private int port;
  private @Nullable String host;
  private @Nullable String metadata;
  private Map<String, Integer> counts;

  @SuppressWarnings("NullAway.Init") // Hazelcast sets it before it runs
  private transient HazelcastInstance hazelcast;

  /** Creates an update that Hazelcast fills by reading. */
  public InterestUpdate() {}

  private InterestUpdate(
      String from,
      long before,
      long number,
      int piece,
      boolean last,
      @Nullable NodeInfo bus,
      Map<String, Integer> counts) {
    this.from = from;
    this.before = before;
    this.number = number;
    this.piece = piece;
    this.last = last;
    this.port = bus == null ? NO_BUS : bus.port();
    this.host = bus == null ? null : bus.host();
    this.metadata = bus == null || bus.metadata() == null ? null : bus.metadata().encode();
    this.counts = counts;
  }

  /**
   * Returns an update with changes.
   *
   * @param before number of the update that the other node has
   * @param bus address of the node's bus; null for none yet
   * @param counts current number of listeners for each changed address
   */
  static InterestUpdate change(
      String from, long before, long number, @Nullable NodeInfo bus, Map<String, Integer> counts) {
    return new InterestUpdate(from, before, number, NO_PIECE, true, bus, counts);
  }

  /**
   * Returns one of the pieces of all registrations, which have one number and come one after
   * another.
   */
  static InterestUpdate piece(
      String from,
      long number,
      int piece,
      boolean last,
      @Nullable NodeInfo bus,
      Map<String, Integer> counts) {
    return new InterestUpdate(from, NOTHING, number, piece, last, bus, counts);
  }

  String from() {
    return from;
  }

  long before() {
    return before;
  }

  long number() {
    return number;
  }

  boolean isChange() {
    return piece == NO_PIECE;
  }

  int piece() {
    return piece;
  }

  boolean isLast() {
    return last;
  }

  /** Returns the address of the node's bus; null for none. */
  @Nullable NodeInfo bus() {
    return port == NO_BUS
        ? null
        : new NodeInfo(host, port, metadata == null ? null : new JsonObject(metadata));
  }

  Map<String, Integer> counts() {
    return counts;
  }

  @Override
  public void setHazelcastInstance(HazelcastInstance instance) {
    hazelcast = instance;
  }

  @Override
  public Long call() throws Exception {
    Object exchange = hazelcast.getUserContext().get(EXCHANGE);
    return exchange instanceof InterestExchange ours ? ours.take(this) : NOTHING;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeString(from);
    out.writeLong(before);
    out.writeLong(number);
    out.writeInt(piece);
    out.writeBoolean(last);
    out.writeInt(port);
    out.writeString(host);
    out.writeString(metadata);
    out.writeInt(counts.size());
    for (Map.Entry<String, Integer> one : counts.entrySet()) {
      out.writeString(one.getKey());
      out.writeInt(one.getValue());
    }
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    from = in.readString();
    before = in.readLong();
    number = in.readLong();
    piece = in.readInt();
    last = in.readBoolean();
    port = in.readInt();
    host = in.readString();
    metadata = in.readString();
    int size = in.readInt();
    counts = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      counts.put(in.readString(), in.readInt());
    }
  }
}
