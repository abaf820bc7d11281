package io.busbar.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * The certificates of these tests, in src/test/resources/tls: first and second for localhost,
 * expired, and alice's, signed by ca. Made with keytool, valid for a hundred years from 2020.
 */
public final class Certificates {
  static final char[] PASSWORD = "correct-horse".toCharArray();

  private Certificates() {}

  /** Returns the path of the file with that name. */
  public static Path file(String name) {
    return Path.of("src", "test", "resources", "tls", name);
  }

  /** Returns the settings of a TLS configuration with certificate and key. */
  public static String[] settings(String stanza, String name) {
    return new String[] {
      stanza + ".certificate=" + file(name + ".pem"), stanza + ".key=" + file(name + ".key")
    };
  }

  static void copy(String name, Path to) throws IOException {
    Files.copy(file(name), to, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns a client that trusts only these certificates, and shows that of alice when asked. */
  public static SSLContext client(boolean withCertificate, String... trusted) {
    try {
      KeyStore trust = KeyStore.getInstance("PKCS12");
      trust.load(null, null);
      for (String name : trusted) {
        trust.setCertificateEntry(name, certificate(name));
      }
      TrustManagerFactory trusting = TrustManagerFactory.getInstance("PKIX");
      trusting.init(trust);
      KeyManager[] keys = withCertificate ? alice() : null;
      TrustManager[] trusts = trusting.getTrustManagers();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trusts, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyManager[] alice() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Certificate[] chain = {certificate("client")};
    store.setKeyEntry("alice", key("client"), PASSWORD, chain);
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, PASSWORD);
    return factory.getKeyManagers();
  }

  private static Certificate certificate(String name) throws GeneralSecurityException, IOException {
    try (InputStream in = Files.newInputStream(file(name + ".pem"))) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static PrivateKey key(String name) throws GeneralSecurityException, IOException {
    String base64 = Files.readString(file(name + ".key")).replaceAll("-----[^-]+-----|\\s", "");
    byte[] der = Base64.getDecoder().decode(base64);
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
  }
}
