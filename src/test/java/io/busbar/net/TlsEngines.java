package io.busbar.net;

import io.busbar.Prerequisites;
import io.netty.handler.ssl.OpenSsl;
import java.util.stream.Stream;

/** The TLS engines that tests use. */
public final class TlsEngines {
  private TlsEngines() {}

  /** Returns both engines, where BoringSSL is available. */
  public static Stream<String> all() {
    boolean both = OpenSsl.isAvailable();
    if (!both && !Prerequisites.isCi()) {
      System.err.println("no BoringSSL here: TLS is tested with the JDK's only");
    }
    return both || Prerequisites.isCi() ? Stream.of("jdk", "openssl") : Stream.of("jdk");
  }
}
