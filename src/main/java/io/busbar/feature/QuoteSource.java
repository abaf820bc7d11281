package io.busbar.feature;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;

/** A source of prices. Owned by the event loop of the verticle that uses it. */
interface QuoteSource {
  /**
   * Will find the current prices of the stocks.
   *
   * @return a quote of each symbol. An unknown symbol has an error. A symbol whose price cannot be
   *     found now is left out
   */
  Future<List<Quote>> quotes(Collection<String> symbols);
}
