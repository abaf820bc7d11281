package io.busbar.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of the sessions of clients that post. */
final class PosterTest {
  private final List<Poster> gone = new ArrayList<>();
  private final Poster poster = new Poster("127.0.0.1", gone::add);

  @Test
  void idlePosterEndsUnlessARequestIsPending() {
    long now = System.currentTimeMillis();
    poster.tick(now + 5_000);
    assertThat(gone).isEmpty();
    poster.begins();
    poster.tick(now + 60_000);
    assertThat(gone).isEmpty();
    poster.ends();
    poster.tick(now + 60_000);
    assertThat(gone).containsExactly(poster);
  }

  @Test
  void pausedPosterIsHeldBackUntilResumed() {
    poster.pause();
    assertThat(poster.isHeldBack()).isTrue();
    poster.resume();
    assertThat(poster.isHeldBack()).isFalse();
  }
}
