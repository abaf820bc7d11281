package io.busbar;

/** Which build this is. */
final class Version {
  /** From the jar's manifest; {@code dev} when classes run without one. */
  static final String NUMBER =
      Version.class.getPackage().getImplementationVersion() == null
          ? "dev"
          : Version.class.getPackage().getImplementationVersion();

  private Version() {}
}
