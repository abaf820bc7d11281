package io.busbar;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;

/** A feature that takes all the memory there is. Owned by its event loop. */
public final class HeapFillingVerticle extends VerticleBase {
  private static final int BITE = 1 << 20;

  private final List<byte[]> eaten = new ArrayList<>();

  @Override
  public Future<?> start() {
    vertx.setTimer(
        1,
        timer -> {
          while (!eaten.contains(null)) {
            eaten.add(new byte[BITE]);
          }
        });
    return Future.succeededFuture();
  }
}
