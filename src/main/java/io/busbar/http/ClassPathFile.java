package io.busbar.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.MimeMapping;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of a jar in the form for responses. Immutable.
 *
 * @param zipped content with gzip; null when that is no smaller
 * @param hash hash of the content
 */
record ClassPathFile(Buffer plain, @Nullable Buffer zipped, @Nullable String type, String hash) {
  private static final Map<String, String> TYPES =
      Map.of("map", "application/json", "yaml", "application/yaml");

  private static final int HASH_BYTES = 16;

  /** Reads the file; returns null for a missing file and for a folder. */
  static @Nullable ClassPathFile read(String name) {
    try {
      byte[] content = content(name);
      return content == null ? null : of(name, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a file with that content. */
  static ClassPathFile of(String name, byte[] content) {
    byte[] zipped = zip(content);
    return new ClassPathFile(
        Buffer.buffer(content),
        zipped.length < content.length ? Buffer.buffer(zipped) : null,
        type(name),
        hash(content));
  }

  /** Returns the used memory in bytes. */
  int size() {
    return plain.length() + (zipped == null ? 0 : zipped.length());
  }

  private static byte @Nullable [] content(String name) throws IOException {
    URL url = ClassPathFile.class.getClassLoader().getResource(name);
    if (url == null) {
      return null;
    }
    URLConnection connection = url.openConnection();
    if (isFolder(connection)) {
      return null;
    }
    try (InputStream stream = connection.getInputStream()) {
      return stream.readAllBytes();
    }
  }

  private static boolean isFolder(URLConnection connection) throws IOException {
    return connection instanceof JarURLConnection jar
        ? jar.getJarEntry().isDirectory()
        : Files.isDirectory(Path.of(URI.create(connection.getURL().toString())));
  }

  private static byte[] zip(byte[] content) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }

  private static String type(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    String type = TYPES.getOrDefault(extension, MimeMapping.mimeTypeForExtension(extension));
    if (type == null) {
      return "application/octet-stream";
    }
    return type.startsWith("text/") || type.endsWith("/yaml") ? type + "; charset=utf-8" : type;
  }

  private static String hash(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
