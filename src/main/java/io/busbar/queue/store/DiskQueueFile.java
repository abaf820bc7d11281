package io.busbar.queue.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;

/**
 * The file of a {@link DiskQueueStore}, an MVStore with two ordered maps and the number of their
 * format. It never overwrites data that the last flush still needs. So each flush is complete or
 * absent. Owned by the thread that writes. Any thread may read the maps that it returns, between
 * {@link #hold} and {@link #release}.
 */
final class DiskQueueFile {
  private static final String FORMAT = "1";
  private static final String ABOUT = "busbar";
  private static final int BLOCK = 4_096;
  private static final int CACHE_MIB = 16;

  /** How long the room of removed data is not reused. */
  private static final int RETENTION_MILLIS = 100;

  /** Up to this size, any share of the file may be in use. */
  private static final int SMALL = 8 << 20;

  private static final int USED_PERCENT = 50;
  private static final int MOST_TO_MOVE = 4 << 20;

  private final MVStore store;

  /**
   * A second channel on the same file. MVStore's own flush also writes the times (fsync, not
   * fdatasync).
   */
  private final FileChannel flushed;

  private final DiskQueueBlocks bytes;
  private final MVMap<byte[], byte[]> messages;
  private final MVMap<String, String> notes;

  private DiskQueueFile(MVStore store, FileChannel flushed) {
    this.store = store;
    this.flushed = flushed;
    this.bytes = (DiskQueueBlocks) store.getFileStore();
    this.messages =
        store.openMap(
            "messages",
            new MVMap.Builder<byte[], byte[]>()
                .keyType(ByteArrayDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE));
    this.notes = store.openMap("notes");
  }

  /**
   * Opens the file. Throws one line for the operator if it cannot be used; the file then stays
   * unchanged.
   */
  static DiskQueueFile open(Path file) throws IOException {
    makeFolder(file);
    MVStore store = openStore(file);
    try {
      check(file, store);
      return start(file, store);
    } catch (RuntimeException e) {
      store.closeImmediately();
      throw refused(file, e);
    } catch (IOException e) {
      store.closeImmediately();
      throw e;
    }
  }

  private static DiskQueueFile start(Path file, MVStore store) throws IOException {
    store.setRetentionTime(RETENTION_MILLIS);
    try {
      FileChannel again = FileChannel.open(file, StandardOpenOption.WRITE);
      DiskQueueFile started = new DiskQueueFile(store, again);
      store.<String, String>openMap(ABOUT).put("format", FORMAT);
      started.flush();
      flushName(folder(file));
      return started;
    } catch (IOException e) {
      throw unwritable(file);
    }
  }

  private static Path folder(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
  }

  private static void makeFolder(Path file) throws IOException {
    Path folder = folder(file);
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
        flushName(folder(folder));
      }
    } catch (IOException e) {
      throw unwritable(file);
    }
  }

  private static MVStore openStore(Path file) throws IOException {
    if (!Files.isWritable(Files.exists(file) ? file : file.getParent())) {
      throw unwritable(file);
    }
    try {
      DiskQueueBlocks blocks = new DiskQueueBlocks(CACHE_MIB);
      blocks.open(file.toString(), false, null);
      return new MVStore.Builder()
          .adoptFileStore(blocks)
          .autoCommitDisabled()
          .autoCommitBufferSize(0)
          .open();
    } catch (RuntimeException e) {
      throw refused(file, e);
    }
  }

  /**
   * Checks that nothing is missing. An MVStore returns to its last complete state. That is the last
   * one after a close, and the one before the last after an interrupted write.
   */
  private static void check(Path file, MVStore store) throws IOException {
    Map<String, Object> header = store.getFileStore().getStoreHeader();
    long known = DataUtils.readHexLong(header, "version", 0);
    long needed = header.containsKey("clean") ? known : known - 1;
    if (store.getCurrentVersion() < needed || isCut(store)) {
      throw broken(file);
    }
    Set<String> maps = store.getMapNames();
    if (maps.isEmpty()) {
      return;
    }
    Map<String, String> about = maps.contains(ABOUT) ? store.openMap(ABOUT) : Map.of();
    String format = about.get("format");
    if (format == null) {
      throw broken(file);
    }
    if (!format.equals(FORMAT)) {
      throw refused(
          file,
          ("has format " + format + " and this version of Busbar reads format " + FORMAT)
              + ": start the version that wrote it, or move the file away to start without it");
    }
  }

  /** Whether the end of the file is missing. */
  private static boolean isCut(MVStore store) {
    long size = store.getFileStore().size();
    for (Map.Entry<String, String> entry : store.getLayoutMap().entrySet()) {
      if (entry.getKey().startsWith("chunk.")) {
        var chunk = store.getFileStore().createChunk(entry.getValue());
        if (chunk.maxLenLive > 0 && (chunk.block + chunk.len) * BLOCK > size) {
          return true;
        }
      }
    }
    return false;
  }

  private static IOException refused(Path file, RuntimeException e) {
    int code = e instanceof MVStoreException known ? known.getErrorCode() : 0;
    return switch (code) {
      case DataUtils.ERROR_WRITING_FAILED -> unwritable(file);
      case DataUtils.ERROR_FILE_LOCKED ->
          refused(
              file,
              "is in use by another process: stop that one, or give each node its own folder");
      default -> broken(file);
    };
  }

  private static IOException unwritable(Path file) {
    return refused(
        file, "cannot be written: let this user write to its folder, and see that it has room");
  }

  private static IOException broken(Path file) {
    return refused(
        file,
        "is broken or no file of Busbar's queues: restore a backup, or move it away to start"
            + " without it");
  }

  private static IOException refused(Path file, String words) {
    return new IOException(file + " " + words);
  }

  /** Flushes the folder. Otherwise a crash of the machine may remove the name of a new file. */
  private static void flushName(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** The messages, by queue, place and id. */
  MVMap<byte[], byte[]> messages() {
    return messages;
  }

  MVMap<String, String> notes() {
    return notes;
  }

  /** Writes all changes to the disk. */
  void flush() throws IOException {
    store.commit();
    flushed.force(false);
  }

  /** Until {@link #release}, nothing that is readable now is overwritten. */
  MVStore.TxCounter hold() {
    return store.registerVersionUsage();
  }

  void release(MVStore.TxCounter held) {
    store.deregisterVersionUsage(held);
  }

  /** Frees some room if the file is mostly empty. */
  void tidy() throws IOException {
    if (bytes.size() < SMALL) {
      return;
    }
    if (store.compact(USED_PERCENT, MOST_TO_MOVE)) {
      flush();
    }
    if (bytes.getFillRate() < USED_PERCENT) {
      bytes.compactMoveChunks(USED_PERCENT, MOST_TO_MOVE, store);
    }
  }

  void close() throws IOException {
    store.close();
    flushed.close();
  }

  /** Closes the file without another write. */
  void abandon() {
    store.closeImmediately();
    try {
      flushed.close();
    } catch (IOException e) {
      // it failed before
    }
  }
}
