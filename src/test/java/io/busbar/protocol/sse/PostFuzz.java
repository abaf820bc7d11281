package io.busbar.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.busbar.FuzzInput;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Feeds random bodies, which must give a post or an error that names the broken rule. */
final class PostFuzz {
  private static final String FORM = "application/x-www-form-urlencoded";

  static Stream<byte[]> golden() {
    return Stream.of(
            "{\"channel\":\"public.a\",\"body\":{\"a\":[1,2.5e3,null,true]},\"name\":\"n\"}",
            "{\"channel\":\"a\",\"headers\":{\"a\":\"b\",\"c\":[1,false]},\"reply\":true}",
            "{\"session\":\"x\",\"replyAddress\":\"y\",\"body\":\"\\u00e4\\ud83d\\ude00\"}",
            "channel=public.a&body=hi+you%21&name=n&reply=true",
            "channel=%C3%A4;&body=%00")
        .map(body -> FuzzInput.written(0, 0, body.getBytes(StandardCharsets.UTF_8)));
  }

  @MethodSource("golden")
  @FuzzTest
  void postIsDecodedOrRefusedWithAMessage(byte[] data) {
    FuzzInput input = FuzzInput.of(data);
    for (String type : new String[] {null, FORM}) {
      try {
        Post post = Post.of(type, input.bytes());
        assertThat(post.body()).isNotNull();
        assertThat(post.channel() == null).isEqualTo(post.replyAddress() != null);
        assertThat(post.channel() == null).isEqualTo(post.session() != null);
      } catch (SseException e) {
        assertThat(e.status()).isEqualTo(400);
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }
}
