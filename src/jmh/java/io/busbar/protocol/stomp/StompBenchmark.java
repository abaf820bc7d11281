package io.busbar.protocol.stomp;

import io.busbar.hub.Fanout;
import io.busbar.hub.Fanouts;
import io.busbar.hub.Wire;
import java.nio.charset.StandardCharsets;
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

/** STOMP's codec: a SEND taken apart, a MESSAGE put together. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class StompBenchmark {
  private static final StompLimits LIMITS = new StompLimits(100, 8 << 10, 1 << 20);
  private static final String CONNECT = "CONNECT\naccept-version:1.2\nhost:/\n\n\0";
  private static final String SEND = "SEND\ndestination:/topic/public.bench\n";

  @Param({"128", "16384"})
  private int size;

  private int decoded;
  private StompDecoder decoder;
  private byte[] untilNul;
  private byte[] withLength;
  private MessageEncoder encoder;
  private Fanout fanout;

  @Setup
  public void connect() {
    String body = "x".repeat(size);
    decoder = new StompDecoder(LIMITS, frame -> decoded++);
    decoder.version(StompVersion.V1_2);
    untilNul = bytes(SEND + "\n" + body + "\0");
    withLength = bytes(SEND + "content-length:" + size + "\n\n" + body + "\0");
    encoder = new MessageEncoder(StompVersion.V1_2, "/topic/", 0, false, false, false);
    fanout = Fanouts.published("public.bench", body);
    decoder.decode(bytes(CONNECT));
  }

  @Benchmark
  public int decodeUntilNul() {
    decoder.decode(untilNul);
    return decoded;
  }

  @Benchmark
  public int decodeWithLength() {
    decoder.decode(withLength);
    return decoded;
  }

  @Benchmark
  public Wire encode() {
    return encoder.encode(fanout);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
