package io.busbar.admin;

import io.vertx.ext.web.RoutingContext;

/** What requests of the API have in common. The head of a request bounds all of it. */
final class Query {
  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 1_000;

  private Query() {}

  /** The page's size; answers what is wrong with it and returns -1. */
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
      // said below, as for a number out of range
    }
    Answers.error(routing, 400, "limit must be a whole number from 1 to " + LARGEST_PAGE);
    return -1;
  }

  /** Empty when it is not there. */
  static String parameter(RoutingContext routing, String name) {
    String value = routing.queryParams().get(name);
    return value == null ? "" : value;
  }
}
