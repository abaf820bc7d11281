package io.busbar.deploy;

import io.busbar.config.Reason;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder with the features of this node. An archive is named by the hash of its content and
 * never changes. Each feature has a record. The methods block, so only worker threads may use it.
 */
public final class FeatureStore {
  private static final System.Logger LOG = System.getLogger("io.busbar.deploy");
  private static final String RECORD = ".json";
  private static final String NEW = ".new";

  /**
   * The names that this class makes. Other nodes send names, and none may lead out of the folder.
   */
  private static final Pattern ARCHIVE = Pattern.compile("[0-9a-f]{64}\\.[a-z]{2,8}");

  private static final long FORGET_MILLIS = 30L * 24 * 3600 * 1000;

  /** A younger file is kept, because a deployment may need it soon. */
  private static final long YOUNG_MILLIS = 600_000;

  private final Path folder;

  /**
   * @param folder created with the first feature
   */
  public FeatureStore(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads all records. It deletes the records of features that were undeployed more than 30 days
   * ago.
   */
  List<FeatureRecord> records() throws IOException {
    List<FeatureRecord> records = new ArrayList<>();
    for (Path each : files()) {
      if (each.toString().endsWith(RECORD)) {
        try {
          FeatureRecord read = FeatureRecord.of(new JsonObject(Files.readString(each)));
          boolean old = read.gone() && read.millis() < System.currentTimeMillis() - FORGET_MILLIS;
          if (old) {
            Files.delete(each);
          } else {
            records.add(read);
          }
        } catch (DecodeException | ClassCastException | NullPointerException e) {
          LOG.log(Level.ERROR, each + " cannot be read: " + Reason.of(e));
        }
      }
    }
    return records;
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }

  /** Writes the record. */
  void save(FeatureRecord feature) throws IOException {
    Files.createDirectories(folder);
    Path next = folder.resolve(feature.name() + RECORD + NEW);
    Files.writeString(next, feature.toJson().encodePrettily());
    Files.move(next, folder.resolve(feature.name() + RECORD), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Deletes the record. */
  void forget(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name + RECORD));
  }

  /** Copies the file into the folder, and returns the name of the archive. */
  String take(Path file, String kind) throws IOException {
    Path unnamed = unnamed();
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = Files.newOutputStream(unnamed)) {
      in.transferTo(out);
    }
    String name = hash(unnamed) + '.' + kind;
    name(unnamed, name);
    return name;
  }

  /** Creates an empty file for an archive that is not complete yet. */
  Path unnamed() throws IOException {
    Files.createDirectories(folder);
    return Files.createTempFile(folder, "archive-", NEW);
  }

  /**
   * Gives the file the name of its archive.
   *
   * @throws IOException if the content does not have the hash in that name
   */
  void name(Path unnamed, String archive) throws IOException {
    if (!archive.startsWith(hash(unnamed))) {
      Files.delete(unnamed);
      throw new IOException("it is another archive than it should be");
    }
    Files.move(unnamed, archive(archive), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String hash(Path file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  boolean has(String archive) {
    return ARCHIVE.matcher(archive).matches() && Files.exists(folder.resolve(archive));
  }

  Path archive(String name) {
    if (!ARCHIVE.matcher(name).matches()) {
      throw new IllegalArgumentException("no name of an archive");
    }
    return folder.resolve(name);
  }

  /**
   * Reads bytes of an archive; null if the archive is not here.
   *
   * @param from the position of the first byte
   * @param most the largest number of bytes
   */
  byte @Nullable [] piece(String archive, long from, int most) throws IOException {
    if (!has(archive)) {
      return null;
    }
    try (RandomAccessFile file = new RandomAccessFile(archive(archive).toFile(), "r")) {
      byte[] piece = new byte[(int) Math.max(0, Math.min(most, file.length() - from))];
      file.seek(from);
      file.readFully(piece);
      return piece;
    }
  }

  /** Deletes old archives that are not needed, and old incomplete files. */
  void sweep(Set<String> needed) throws IOException {
    long old = System.currentTimeMillis() - YOUNG_MILLIS;
    for (Path each : files()) {
      String name = each.getFileName().toString();
      boolean unneeded = ARCHIVE.matcher(name).matches() && !needed.contains(name);
      boolean isOld = Files.getLastModifiedTime(each).toMillis() < old;
      if (isOld && (unneeded || name.endsWith(NEW))) {
        Files.deleteIfExists(each);
      }
    }
  }
}
