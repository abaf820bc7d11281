package io.busbar.hub;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The encodings that the subscribers of one channel need, each with the number of its subscribers.
 * Owned by the home loop of the channel.
 */
final class EncodingTable {
  private Encoding[] encodings = {};
  private int[] uses = {};

  /** Returns the different encodings. The array never changes: another one replaces it. */
  Encoding[] all() {
    return encodings;
  }

  /** Counts one use more; returns the first of the equal encodings. */
  Encoding use(Encoding encoding) {
    int index = Arrays.asList(encodings).indexOf(encoding);
    if (index < 0) {
      index = encodings.length;
      encodings = Arrays.copyOf(encodings, index + 1);
      encodings[index] = encoding;
      uses = Arrays.copyOf(uses, index + 1);
    }
    uses[index]++;
    return encodings[index];
  }

  /**
   * Counts one use less. Messages on their way refer to the array, so it is replaced and never
   * changed.
   */
  void release(Encoding encoding) {
    int index = Arrays.asList(encodings).indexOf(encoding);
    if (--uses[index] > 0) {
      return;
    }
    List<Encoding> left = new ArrayList<>(Arrays.asList(encodings));
    left.remove(index);
    int[] leftUses = new int[left.size()];
    for (int i = 0, j = 0; i < uses.length; i++) {
      if (i != index) {
        leftUses[j++] = uses[i];
      }
    }
    encodings = left.toArray(Encoding[]::new);
    uses = leftUses;
  }
}
