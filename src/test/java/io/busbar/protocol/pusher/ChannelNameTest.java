package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.pusher.ChannelName.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of channels and what they mean. */
final class ChannelNameTest {
  @ParameterizedTest
  @CsvSource({
    "chat, PUBLIC, false",
    "cache-chat, PUBLIC, true",
    "private-chat, PRIVATE, false",
    "private-cache-chat, PRIVATE, true",
    "private-encrypted-chat, ENCRYPTED, false",
    "private-encrypted-cache-chat, ENCRYPTED, true",
    "presence-chat, PRESENCE, false",
    "presence-cache-chat, PRESENCE, true",
    "#server-to-user-12345, USER, false",
    "x-private-y, PUBLIC, false",
    "xpresence-y, PUBLIC, false",
    "Private-y, PUBLIC, false",
    "private, PUBLIC, false",
    "chat-cache-y, PUBLIC, false"
  })
  void prefixOfTheNameGivesTheKindOfChannel(String name, Kind kind, boolean cache) {
    assertThat(ChannelName.of(name)).isEqualTo(new ChannelName(name, kind, cache));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "a\nb",
        "chat\n",
        "ä",
        "a/b",
        "a#b",
        "#chat",
        "#server-to-user-",
        "#server-to-user-a b",
        "private-ä"
      })
  void invalidNameIsNoChannel(String name) {
    assertThat(ChannelName.of(name)).isNull();
  }

  @Test
  void nameHasAtMost164Characters() {
    assertThat(ChannelName.of("private-" + "x".repeat(156))).isNotNull();
    assertThat(ChannelName.of("private-" + "x".repeat(157))).isNull();
    assertThat(ChannelName.of("#server-to-user-" + "x".repeat(149))).isNull();
  }

  @Test
  void nameMayContainAllCharactersOfPusher() {
    assertThat(ChannelName.of("aZ09_-=@,.;")).isNotNull();
  }

  @Test
  void channelOfAUserNamesTheUser() {
    assertThat(ChannelName.of(ChannelName.toUser("ann")).user()).isEqualTo("ann");
    assertThat(ChannelName.of("chat").user()).isNull();
    assertThat(ChannelName.isUser("a b")).isFalse();
  }

  @Test
  void onlyPrivateAndPresenceChannelsTakeClientEvents() {
    assertThat(ChannelName.of("private-chat").takesClientEvents()).isTrue();
    assertThat(ChannelName.of("presence-chat").takesClientEvents()).isTrue();
    assertThat(ChannelName.of("chat").takesClientEvents()).isFalse();
    assertThat(ChannelName.of("private-encrypted-chat").takesClientEvents()).isFalse();
    assertThat(ChannelName.of("#server-to-user-ann").takesClientEvents()).isFalse();
  }
}
