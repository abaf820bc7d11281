package io.busbar.protocol.stomp;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads the lines that the feature writes on each node. Owned by the test's thread. */
final class AuditLines {
  private final Path folder;
  private final AuditRecord record;
  private final Map<Path, Long> read = new HashMap<>();

  AuditLines(Path folder, AuditRecord record) {
    this.folder = folder;
    this.record = record;
  }

  /** Reads new lines; an incomplete line waits for its end. */
  void read() {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      for (Path file : all) {
        read(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(Path path) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long from = read.getOrDefault(path, 0L);
      byte[] bytes = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(bytes);
      String text = new String(bytes, StandardCharsets.US_ASCII);
      int end = text.lastIndexOf('\n') + 1;
      text.substring(0, end).lines().forEach(line -> record.asked("" + path.getFileName(), line));
      read.put(path, from + end);
    }
  }
}
