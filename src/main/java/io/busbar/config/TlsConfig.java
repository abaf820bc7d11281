package io.busbar.config;

import java.time.Duration;
import java.util.List;

/**
 * TLS on a port: a certificate and its key in two PEM files or together in one PKCS#12 file, or a
 * self-signed one for trying out; none of these is no TLS. The files are looked for in the working
 * directory and beside the jar.
 *
 * @param certificate PEM: the certificate, then those that signed it
 * @param key PEM: its private key, not encrypted
 * @param pkcs12 a key store with one key and its certificates
 * @param password of the key store
 * @param selfSigned makes a certificate at each start, that no client trusts
 * @param clientAuth whether clients show a certificate of their own
 * @param trust PEM: who signs the certificates of clients
 * @param protocols TLSv1.2, TLSv1.3 or both
 * @param handshakeTimeout a client that has not finished the handshake by then is dropped
 * @param watch how often the files are looked at; those that changed are loaded
 * @param engine what encrypts
 */
public record TlsConfig(
    String certificate,
    String key,
    String pkcs12,
    String password,
    boolean selfSigned,
    ClientAuth clientAuth,
    String trust,
    List<String> protocols,
    Duration handshakeTimeout,
    Duration watch,
    Engine engine) {
  private static final List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

  public TlsConfig {
    protocols = List.copyOf(protocols);
    boolean pem = !certificate.isEmpty();
    boolean store = !pkcs12.isEmpty();
    Checks.require(pem || key.isEmpty(), "certificate", "is missing, where there is a key");
    Checks.require(!pem || !key.isEmpty(), "key", "is missing, where there is a certificate");
    Checks.require(!pem || !store, "pkcs12", "cannot be had together with certificate and key");
    Checks.require(
        !selfSigned || !pem && !store, "self-signed", "must be false where there is a certificate");
    Checks.require(store || password.isEmpty(), "password", "is that of pkcs12, which is not set");
    boolean asks = clientAuth != ClientAuth.NONE;
    Checks.require(!asks || !trust.isEmpty(), "trust", "is missing, where client-auth is not none");
    Checks.require(
        !asks || pem || store || selfSigned, "client-auth", "needs a certificate of our own, too");
    Checks.require(!protocols.isEmpty(), "protocols", "must name one");
    for (int i = 0; i < protocols.size(); i++) {
      Checks.oneOf("protocols[" + i + "]", protocols.get(i), PROTOCOLS);
    }
    Checks.positive("handshake-timeout", handshakeTimeout);
    Checks.positive("watch", watch);
  }

  static TlsConfig none() {
    return new TlsConfig(
        "",
        "",
        "",
        "",
        false,
        ClientAuth.NONE,
        "",
        PROTOCOLS,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Engine.AUTO);
  }

  /** Whether the port speaks TLS. */
  public boolean enabled() {
    return selfSigned || !certificate.isEmpty() || !pkcs12.isEmpty();
  }

  /** What encrypts. */
  public enum Engine {
    /** BoringSSL where it is there, the JDK elsewhere. */
    AUTO,
    /** The JDK's own. */
    JDK,
    /** BoringSSL: on Linux with glibc. */
    OPENSSL
  }

  /** Whether clients show a certificate. */
  public enum ClientAuth {
    /** They are not asked. */
    NONE,
    /** Who shows one that nobody trusted has signed is refused; who shows none is not. */
    REQUEST,
    /** Who shows none is refused, too. */
    REQUIRED
  }
}
