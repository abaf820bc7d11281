package io.busbar;

/** Arguments, config, cluster, deploy. */
public final class Busbar {
  private Busbar() {}

  public static void main(String[] arguments) {
    System.out.println("Busbar");
  }
}
