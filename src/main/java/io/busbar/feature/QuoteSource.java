package io.busbar.feature;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;

/** Where prices come from. Belongs to the event loop of the verticle that asks it. */
interface QuoteSource {
  /**
   * Will find out what the stocks cost now.
   *
   * @return a quote of each symbol, an unknown one with an error; one that cannot be told at the
   *     moment is left out
   */
  Future<List<Quote>> quotes(Collection<String> symbols);
}
