package io.busbar.selector;

import io.vertx.core.MultiMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to hold a message against a selector, and to read one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class SelectorBenchmark {
  private static final String MOST_PATTERN = "%" + "a".repeat(126) + "b";

  /** MOST is as much as a selector may have, and all of it is evaluated. */
  @Param({
    "color = 'red'",
    "color = 'red' AND price > 100 AND region IN ('eu', 'us') AND name LIKE 'a%'",
    "MOST VALUES",
    "MOST PATTERNS"
  })
  private String written;

  private String text;
  private Selector selector;
  private MultiMap headers;

  @Setup
  public void read() {
    text =
        switch (written) {
          case "MOST VALUES" -> "price = 1 OR ".repeat(49) + "price = 1";
          case "MOST PATTERNS" -> "long LIKE '" + MOST_PATTERN + "'";
          default -> written;
        };
    selector = Selector.parse(text);
    headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("color", "red")
            .add("price", "100.25")
            .add("region", "eu")
            .add("name", "abc")
            .add("long", "a".repeat(Expression.MOST_LIKED));
  }

  @Benchmark
  public boolean match() {
    return selector.matches(headers);
  }

  @Benchmark
  public Selector parse() {
    return Selector.parse(text);
  }
}
