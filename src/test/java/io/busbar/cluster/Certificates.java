package io.busbar.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * An authority and a certificate that it has signed, made by the JDK's keytool, as PEM files.
 * Immutable.
 */
public final class Certificates {
  private static final String PASSWORD = "changeit";

  private final Path folder;

  private Certificates(Path folder) {
    this.folder = folder;
  }

  /** Makes {@code ca.crt}, {@code node.crt} and {@code node.key}. */
  public static Certificates in(Path folder) {
    Path store = folder.resolve("store.p12");
    keytool(store, "-alias", "ca", "-dname", "CN=authority", "-ext", "bc:c");
    keytool(
        store, "-alias", "node", "-dname", "CN=node", "-signer", "ca", "-ext", "san=ip:127.0.0.1");
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      write(folder.resolve("ca.crt"), "CERTIFICATE", keys.getCertificate("ca").getEncoded());
      write(folder.resolve("node.crt"), "CERTIFICATE", keys.getCertificate("node").getEncoded());
      write(
          folder.resolve("node.key"),
          "PRIVATE KEY",
          keys.getKey("node", PASSWORD.toCharArray()).getEncoded());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return new Certificates(folder);
  }

  /** Returns the value for {@code cluster.bus.tls}. */
  String setting() {
    return "{certificate: %1$s/node.crt, key: %1$s/node.key, trust: %1$s/ca.crt}".formatted(folder);
  }

  private static void write(Path file, String what, byte[] bytes) throws IOException {
    String text =
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(
                what,
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(bytes));
    Files.writeString(file, text);
  }

  private static void keytool(Path store, String... what) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keystore", store.toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", PASSWORD, "-keyalg", "EC", "-validity", "2"));
    command.addAll(List.of(what));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(said);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
