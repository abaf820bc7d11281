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
 * An entry that belongs to one owner of a channel, by a number: the newest owner has the largest.
 * Who came before cannot write it any more, and is told so. In the map it is {@code "NUMBER TEXT"}.
 * Nodes of several builds run these, so their names and what is written of them stay as they are.
 */
final class OwnersEntry {
  /** The number of the entry by which an owner gets a number of its own. */
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
   * An owner takes the entry by that number, or by a larger one if it is the head; answers with it.
   * One that is not there yet is taken, too: what the owner before writes may be on its way. But
   * there are no others without a head.
   */
  public static final class Claim
      implements EntryProcessor<NumberedKey, String, String>, DataSerializable {
    private static final long serialVersionUID = 1;

    private long owner;

    /** For Hazelcast, which then reads it. */
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

  /** Writes the entry, or removes it; answers whether no newer owner has it. */
  public static final class Write
      implements EntryProcessor<NumberedKey, String, Boolean>, DataSerializable {
    private static final long serialVersionUID = 1;

    private long owner;
    private @Nullable String text;

    /** For Hazelcast, which then reads it. */
    public Write() {}

    /**
     * @param text null removes it
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
