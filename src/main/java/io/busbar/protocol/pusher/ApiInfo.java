package io.busbar.protocol.pusher;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An attribute of a channel that a backend may ask for. */
enum ApiInfo {
  USER_COUNT("user_count"),
  SUBSCRIPTION_COUNT("subscription_count"),
  CACHE("cache");

  private static final int MOST_CHARACTERS = 200;

  private final String word;

  ApiInfo(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  /**
   * Reads names that are separated by commas.
   *
   * @param list null for none
   */
  static Set<ApiInfo> of(@Nullable String list) throws ApiException {
    Set<ApiInfo> wanted = EnumSet.noneOf(ApiInfo.class);
    if (list == null || list.isEmpty()) {
      return wanted;
    }
    if (list.length() > MOST_CHARACTERS) {
      throw unknown();
    }
    for (String each : list.split(",", -1)) {
      wanted.add(find(each.strip()));
    }
    return wanted;
  }

  private static ApiInfo find(String word) throws ApiException {
    for (ApiInfo each : values()) {
      if (each.word.equals(word)) {
        return each;
      }
    }
    throw unknown();
  }

  private static ApiException unknown() {
    return ApiException.bad("info may be user_count, subscription_count and cache");
  }
}
