package io.busbar.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests of the address index with random patterns and addresses. */
final class AddressIndexTest {
  private static final String[] WORDS = {"a", "b", "c", "*", "#", ""};

  private static String text(Random random) {
    List<String> words = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      words.add(WORDS[random.nextInt(WORDS.length)]);
    }
    return String.join(".", words);
  }

  private static Set<String> found(AddressIndex<String> index, String address) {
    List<String> found = new ArrayList<>();
    index.find(address, found::add);
    assertThat(found).doesNotHaveDuplicates();
    return new HashSet<>(found);
  }

  @Test
  void indexFindsMatchingPatternsAndForgetsRemovedOnes() {
    Random random = new Random(14);
    for (int round = 0; round < 300; round++) {
      AddressIndex<String> index = new AddressIndex<>();
      Set<String> patterns = new HashSet<>();
      for (int i = 0; i < 30; i++) {
        String pattern = text(random);
        index.add(pattern, pattern);
        patterns.add(pattern);
        if (random.nextInt(3) == 0) {
          String gone = patterns.iterator().next();
          index.remove(gone, gone);
          patterns.remove(gone);
        }
        String address = text(random);
        Set<String> expected = new HashSet<>(patterns);
        expected.removeIf(each -> !AddressPattern.of(each).matches(address));
        assertThat(found(index, address)).as(address).isEqualTo(expected);
      }
      patterns.forEach(pattern -> index.remove(pattern, pattern));
      assertThat(index.isEmpty()).isTrue();
    }
  }

  @Test
  void hostilePatternDoesNotSlowTheIndex() {
    AddressIndex<String> index = new AddressIndex<>();
    index.add("#.a".repeat(50).substring(1), "many");
    List<String> found = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      index.find("a.".repeat(100) + "b", found::add);
    }
    assertThat(found).isEmpty();
  }
}
