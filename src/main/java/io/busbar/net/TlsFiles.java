package io.busbar.net;

import io.busbar.config.ConfigException;
import io.busbar.config.Home;
import io.busbar.config.Reason;
import io.busbar.config.TlsConfig;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * The checked files of one TLS configuration. Without the check, a key for another certificate
 * would fail only in handshakes. Immutable; it reads files, so only worker threads may use it.
 */
final class TlsFiles {
  /**
   * The cipher suites of Mozilla's "intermediate" list, with forward secrecy and authentication;
   * the JDK's list is longer.
   */
  private static final List<String> SUITES =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_AES_128_GCM_SHA256",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final Vertx vertx;
  private final String stanza;
  private final TlsConfig config;

  TlsFiles(Vertx vertx, String stanza, TlsConfig config) {
    this.vertx = vertx;
    this.stanza = stanza;
    this.config = config;
  }

  /** Returns the contents of the files, to detect changes; empty for a file that cannot be read. */
  List<Buffer> contents() {
    List<Buffer> contents = new ArrayList<>();
    Stream.of(config.certificate(), config.key(), config.pkcs12(), config.trust())
        .filter(name -> !name.isEmpty())
        .forEach(
            name -> {
              try {
                contents.add(Buffer.buffer(Files.readAllBytes(path(name))));
              } catch (IOException e) {
                contents.add(Buffer.buffer());
              }
            });
    return contents;
  }

  /**
   * Returns the TLS options for a server.
   *
   * @throws ConfigException with the key of the file that cannot be used
   */
  ServerSSLOptions load() {
    ServerSSLOptions options = new ServerSSLOptions();
    options.setKeyCertOptions(config.selfSigned() ? selfSigned() : fromFiles());
    if (!config.trust().isEmpty()) {
      options.setTrustOptions(trust());
    }
    options.setClientAuth(ClientAuth.valueOf(config.clientAuth().name()));
    options.setEnabledSecureTransportProtocols(new LinkedHashSet<>(config.protocols()));
    SUITES.forEach(options::addEnabledCipherSuite);
    options.setSslHandshakeTimeout(config.handshakeTimeout().toMillis());
    options.setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    return options;
  }

  private KeyCertOptions selfSigned() {
    SelfSignedCertificate made = SelfSignedCertificate.create("localhost");
    try {
      return new PemKeyCertOptions()
          .addKeyValue(read("self-signed", made.privateKeyPath()))
          .addCertValue(read("self-signed", made.certificatePath()));
    } finally {
      made.delete();
    }
  }

  private KeyCertOptions fromFiles() {
    boolean store = !config.pkcs12().isEmpty();
    KeyCertOptions options =
        store
            ? new PfxOptions()
                .setValue(read("pkcs12", config.pkcs12()))
                .setPassword(config.password())
            : new PemKeyCertOptions()
                .addKeyValue(read("key", config.key()))
                .addCertValue(read("certificate", config.certificate()));
    check(store ? "pkcs12" : "key", options);
    return options;
  }

  private PemTrustOptions trust() {
    PemTrustOptions options = new PemTrustOptions().addCertValue(read("trust", config.trust()));
    try {
      options.getTrustManagerFactory(vertx);
    } catch (Exception e) {
      throw wrong("trust", "holds no certificates in PEM: " + reason(e));
    }
    return options;
  }

  private void check(String key, KeyCertOptions options) {
    KeyManager[] managers;
    try {
      managers = options.getKeyManagerFactory(vertx).getKeyManagers();
    } catch (Exception e) {
      throw wrong(key, "cannot be used: " + reason(e));
    }
    X509KeyManager manager = (X509KeyManager) managers[0];
    for (String type : List.of("RSA", "EC", "EdDSA")) {
      String[] aliases = manager.getServerAliases(type, null);
      if (aliases != null) {
        PrivateKey privateKey = manager.getPrivateKey(aliases[0]);
        X509Certificate certificate = manager.getCertificateChain(aliases[0])[0];
        check(key, privateKey, certificate);
        return;
      }
    }
    throw wrong(key, "holds no key with a certificate");
  }

  private void check(String key, PrivateKey privateKey, X509Certificate certificate) {
    if (!belong(privateKey, certificate)) {
      throw wrong(key, "does not belong to the certificate");
    }
    try {
      certificate.checkValidity();
    } catch (GeneralSecurityException e) {
      throw wrong(
          config.pkcs12().isEmpty() ? "certificate" : key,
          "is valid from "
              + certificate.getNotBefore().toInstant()
              + " to "
              + certificate.getNotAfter().toInstant()
              + " only");
    }
  }

  /** Returns whether the certificate verifies a signature of the key. */
  private static boolean belong(PrivateKey privateKey, X509Certificate certificate) {
    String algorithm =
        switch (privateKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> privateKey.getAlgorithm();
        };
    byte[] words = new byte[32];
    new SecureRandom().nextBytes(words);
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(privateKey);
      signing.update(words);
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(certificate.getPublicKey());
      verifying.update(words);
      return verifying.verify(signing.sign());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private Buffer read(String key, String name) {
    try {
      return Buffer.buffer(Files.readAllBytes(path(name)));
    } catch (NoSuchFileException e) {
      throw wrong(key, "is " + name + ", and there is no such file");
    } catch (IOException e) {
      throw wrong(key, "is " + name + ", which cannot be read: " + Reason.of(e));
    }
  }

  private static Path path(String name) {
    return Home.find(name).orElse(Path.of(name));
  }

  private ConfigException wrong(String key, String what) {
    return new ConfigException(stanza + "." + key, what);
  }

  /** A library's message may contain text of the file, but never more than a line. */
  private static String reason(Exception e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return Reason.of(cause);
  }
}
