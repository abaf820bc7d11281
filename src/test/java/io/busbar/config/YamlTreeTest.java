package io.busbar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of how Busbar reads YAML, and that writing changes nothing. */
final class YamlTreeTest {
  private static Object read(String text) {
    try {
      return YamlTree.read(text, "", (key, line) -> {});
    } catch (YamlTree.Malformed e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void scalarsHaveTypes() {
    assertThat(read("[1, -1, +1, 0, 3000000000, 99999999999999999999, 1.5, 1.0e+3, true, ~, null]"))
        .isEqualTo(
            Arrays.asList(
                1,
                -1,
                1,
                0,
                3000000000L,
                new BigInteger("99999999999999999999"),
                1.5,
                1000.0,
                true,
                null,
                null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no",
        "yes",
        "on",
        "off",
        "n",
        "True",
        "NULL",
        "012",
        "0x1F",
        "0b1",
        "1_000",
        "1e3",
        ".5",
        ".inf",
        ".nan",
        "1:30",
        "2001-01-01",
        "<<",
        "=",
        "a: b",
        "#",
        "- a",
        "",
        " ",
        "a\nb",
        "é",
        "{",
        "*",
        "&a",
        "!a",
        "%",
        "@",
        "`",
        "'",
        "\"",
        "~",
        "null",
        "true",
        "1",
        "1.5",
        "+1",
        "\u0007",
        "😀",
        "-",
        "?",
        ": ",
        "a #b",
        "[a]",
        "\\",
        "trailing ",
        "---",
        "..."
      })
  void textStaysText(String text) {
    Map<String, Object> tree = Map.of(text, List.of(text, Map.of("a", text)), "b" + text, text);
    assertThat(read(YamlTree.write(tree))).isEqualTo(tree);
  }

  @Test
  void ambiguousScalarsAreText() {
    assertThat(read("[no, yes, 012, 0x1F, 1_000, 1e3, 2001-01-01, \"1\", 'true']"))
        .isEqualTo(List.of("no", "yes", "012", "0x1F", "1_000", "1e3", "2001-01-01", "1", "true"));
  }

  @Test
  void valuesAreWrittenAsTheyAreRead() {
    List<Object> values =
        Arrays.asList(1, -5, 3000000000L, new BigInteger("-99999999999999999999"), null, true);
    List<Object> more = new ArrayList<>(values);
    more.addAll(List.of(1.5, -0.25, 1.0e300, 1.0e-300, 1234567.125, Map.of(), List.of()));
    assertThat(read(YamlTree.write(more))).isEqualTo(more);
  }

  @Test
  void eachKeyIsReportedWithItsLine() throws Exception {
    List<String> lines = new ArrayList<>();
    YamlTree.read("a:\n  b: 1\nc:\n  - d: [x]\n", "k", (key, line) -> lines.add(key + " " + line));
    assertThat(lines)
        .containsExactly("k.a 1", "k.a.b 2", "k.c 3", "k.c[0] 4", "k.c[0].d 4", "k.c[0].d[0] 4");
  }
}
