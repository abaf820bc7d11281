package io.busbar.queue.store;

import java.util.Map;
import org.h2.mvstore.SingleFileStore;

/**
 * The blocks of a {@link DiskQueueFile}. MVStore's own file shrinks with each write and grows with
 * the next, so the file system must also flush its size. This file keeps its size until it is
 * tidied. Owned by the thread that writes.
 */
final class DiskQueueBlocks extends SingleFileStore {
  DiskQueueBlocks(int cacheMebibytes) {
    super(Map.of("cacheSize", cacheMebibytes));
  }

  /** MVStore passes 0 when it tidies or closes the file. */
  @Override
  protected void shrinkStoreIfPossible(int minPercent) {
    if (minPercent == 0) {
      super.shrinkStoreIfPossible(0);
    }
  }
}
