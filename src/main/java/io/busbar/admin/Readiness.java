package io.busbar.admin;

/** Whether this node takes new clients. Any thread may use it. */
public final class Readiness {
  private volatile boolean draining;

  /** Makes {@code /health/ready} fail from now on, so that load balancers send no more clients. */
  public void draining() {
    draining = true;
  }

  public boolean isDraining() {
    return draining;
  }
}
