package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.pusher.ApiPath.Operation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The paths of the HTTP API. */
final class ApiPathTest {
  @ParameterizedTest
  @CsvSource({
    "/3/events, 3, EVENTS,",
    "/3/batch_events, 3, BATCH_EVENTS,",
    "/3/channels, 3, CHANNELS,",
    "/3/channels/a, 3, CHANNEL, a",
    "/3/channels/private-a%40b+c, 3, CHANNEL, private-a@b+c",
    "/3/channels/presence-a/users, 3, USERS, presence-a",
    "/3/users/ann/terminate_connections, 3, TERMINATE, ann"
  })
  void pathGivesTheOperationAndItsArgument(
      String path, String app, Operation what, String argument) {
    assertThat(ApiPath.of(path)).isEqualTo(new ApiPath(app, what, argument));
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "/",
    "/3",
    "/3/",
    "/3/event",
    "/3/events/",
    "/3/events/x",
    "/3/channels/a/users/",
    "/3/channels/a/b",
    "/3/users/ann",
    "/3/users/ann/users",
    "/3/channels/a/terminate_connections",
    "/3/channels/a/users/b/c/d"
  })
  void unknownPathHasNoOperation(String path) {
    assertThat(ApiPath.of(path).operation()).isNull();
  }
}
