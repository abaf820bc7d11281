package io.busbar.admin;

/** Whether new clients are welcome on this node. Any thread may ask and tell. */
public final class Readiness {
  private volatile boolean draining;

  /** From now on /health/ready is red: load balancers shall send nobody here any more. */
  public void draining() {
    draining = true;
  }

  public boolean isDraining() {
    return draining;
  }
}
