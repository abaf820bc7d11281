package io.busbar.presence;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import io.busbar.cluster.NumberedKey;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry that belongs to one owner of a channel, by a number. The newest owner has the largest
 * number. An earlier owner cannot write the entry any more, and its write is refused. The text in
 * the map is {@code "NUMBER TEXT"}. Nodes of several builds run these processors, so their names
 * and written forms must not change. Hazelcast runs them on its own threads.
 */
final class OwnersEntry {
  /** The number of the head, the entry that gives an owner its number. */
  static final long HEAD = 0;

  private static final String NOBODY = "{}";

  private OwnersEntry() {}

  static long owner(@Nullable String entry) {
    return entry == null ? 0 : Long.parseLong(entry.substring(0, entry.indexOf(' ')));
  }

  static String text(String entry) {
    return entry.substring(entry.indexOf(' ') + 1);
  }

  /**
   * Claims the entry for an owner, by its number, or by a larger one if the entry is the head.
   * Answers with the entry. A missing page is claimed, too, because a write of the owner before may
   * be under way. A missing head is not claimed: without a head there are no pages.
   */
  public static final class Claim
      implements EntryProcessor<NumberedKey, String, String>, DataSerializable {
    private static final long serialVersionUID = 1;

    private long owner;

    /** For Hazelcast, which then reads the fields. */
    public Claim() {}

    Claim(long owner) {
      this.owner = owner;
    }

    @Override
    public @Nullable String process(Map.Entry<NumberedKey, String> entry) {
      String there = entry.getValue();
      boolean isHead = entry.getKey().number() == HEAD;
      if (there == null && isHead) {
        return null;
      }
      long next = isHead ? owner(there) + 1 : owner(there);
      String taken = Math.max(owner, next) + " " + (there == null ? NOBODY : text(there));
      entry.setValue(taken);
      return taken;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
      out.writeLong(owner);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
      owner = in.readLong();
    }
  }

  /**
   * Writes or removes the entry. Answers whether this was possible, which means that no newer owner
   * has it.
   */
  public static final class Write
      implements EntryProcessor<NumberedKey, String, Boolean>, DataSerializable {
    private static final long serialVersionUID = 1;

    private long owner;
    private @Nullable String text;

    /** For Hazelcast, which then reads the fields. */
    public Write() {}

    /**
     * @param text null to remove the entry
     */
    Write(long owner, @Nullable String text) {
      this.owner = owner;
      this.text = text;
    }

    @Override
    public Boolean process(Map.Entry<NumberedKey, String> entry) {
      boolean isOurs = owner(entry.getValue()) <= owner;
      if (isOurs) {
        entry.setValue(text == null ? null : owner + " " + text);
      }
      return isOurs;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
      out.writeLong(owner);
      out.writeString(text);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
      owner = in.readLong();
      text = in.readString();
    }
  }
}
