package io.busbar.protocol.bridge;

import io.busbar.config.BridgeConfig;
import io.busbar.hub.Fanout;
import io.busbar.hub.Fanouts;
import io.busbar.hub.Wire;
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

/** The bridge's JSON: a publish taken apart, a message put together. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class BridgeBenchmark {
  @Param({"128", "16384"})
  private int size;

  private String publish;
  private Fanout fanout;

  @Setup
  public void write() {
    String body = "x".repeat(size);
    publish = "{\"type\":\"publish\",\"address\":\"public.bench\",\"body\":\"" + body + "\"}";
    fanout = Fanouts.published("public.bench", body);
  }

  @Benchmark
  public Object parse() throws BridgeException {
    return BridgeFrame.parse(publish);
  }

  @Benchmark
  public Wire encode() {
    return BridgeEncoder.of(SockJsDialect.INSTANCE, BridgeConfig.Base64Alphabet.URL).encode(fanout);
  }
}
