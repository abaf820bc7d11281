package io.busbar.config;

import java.time.Duration;
import java.util.List;

/**
 * The configuration of TLS on a port. Certificate and key are in two PEM files, in one PKCS#12
 * file, or self-signed for a trial. Without any of them there is no TLS. The files are in the
 * working directory or beside the jar.
 *
 * @param certificate PEM file with the certificate, then those of its authorities
 * @param key PEM file with its private key, not encrypted
 * @param pkcs12 key store with one key and its certificates
 * @param password password of the key store
 * @param selfSigned makes a certificate at each start, which no client trusts
 * @param clientAuth whether clients show a certificate of their own
 * @param trust PEM file with the authorities of the certificates of clients
 * @param protocols TLSv1.2, TLSv1.3 or both
 * @param handshakeTimeout a client that has not finished the handshake within this time is dropped
 * @param watch how often the files are checked; changed ones are loaded
 * @param engine library that encrypts
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

  /** Returns whether the port uses TLS. */
  public boolean enabled() {
    return selfSigned || !certificate.isEmpty() || !pkcs12.isEmpty();
  }

  /** The library that encrypts. */
  public enum Engine {
    /** BoringSSL where it is available, otherwise the JDK. */
    AUTO,
    /** The JDK. */
    JDK,
    /** BoringSSL, on Linux with glibc. */
    OPENSSL
  }

  /** Whether clients show a certificate. */
  public enum ClientAuth {
    /** Clients are not asked. */
    NONE,
    /** A certificate from an unknown authority is refused; a client without one is accepted. */
    REQUEST,
    /** A client without a certificate is refused, too. */
    REQUIRED
  }
}
