package io.busbar.protocol.sockjs;

import io.busbar.hub.Wire;
import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.List;
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

/** SockJS's frames: a message as the inside of a JSON string, and eight of them as one frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class SockJsBenchmark {
  @Param({"128", "16384"})
  private int size;

  private Wire encoded;
  private List<Wire> eight;

  @Setup
  public void prepareOnce() {
    String body = "x".repeat(size);
    encoded = Wire.text("{\"type\":\"rec\",\"address\":\"public.bench\",\"body\":\"" + body + "\"}");
    eight = Collections.nCopies(8, SockJsFraming.WEBSOCKET.prepare(encoded));
  }

  @Benchmark
  public Wire prepare() {
    return SockJsFraming.WEBSOCKET.prepare(encoded);
  }

  @Benchmark
  public int joinEight() {
    ByteBuf joined = SockJsFraming.WEBSOCKET.join(eight);
    int readable = joined.readableBytes();
    joined.release();
    return readable;
  }
}
