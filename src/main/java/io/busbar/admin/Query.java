package io.busbar.admin;

import io.vertx.ext.web.RoutingContext;

/** Reads query parameters. The limit of a request's head also limits their size. */
final class Query {
  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 1_000;

  private Query() {}

  /** Returns the size of the page; -1 if it is wrong, and then the error is already sent. */
  static int limit(RoutingContext routing) {
    String given = parameter(routing, "limit");
    if (given.isEmpty()) {
      return USUAL_PAGE;
    }
    try {
      int limit = Integer.parseInt(given);
      if (limit >= 1 && limit <= LARGEST_PAGE) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // The error below is the same as for a number that is out of range.
    }
    Answers.error(routing, 400, "limit must be a whole number from 1 to " + LARGEST_PAGE);
    return -1;
  }

  /** Returns the value of a query parameter; empty if it is missing. */
  static String parameter(RoutingContext routing, String name) {
    String value = routing.queryParams().get(name);
    return value == null ? "" : value;
  }
}
