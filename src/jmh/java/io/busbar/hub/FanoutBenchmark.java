package io.busbar.hub;

import io.busbar.protocol.WebSocketFraming;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
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

/** What a message costs its channel before the first subscriber, and each subscriber's part. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class FanoutBenchmark {
  private static final Encoder ENCODER = message -> Wire.text(message.payload().json());

  @Param({"128", "16384"})
  private int size;

  /** How many messages a turn has for the channel. */
  @Param({"1", "8"})
  private int messages;

  private Fanout fanout;
  private Encoding[] encodings;
  private List<Wire> encodedMessages;
  private Batch batch;

  @Setup
  public void encodeOnce() {
    fanout = Fanouts.published("public.bench", "x".repeat(size));
    encodings = new Encoding[] {new Encoding(ENCODER, WebSocketFraming.INSTANCE)};
    fanout.encode(encodings);
    encodedMessages = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      encodedMessages.add(fanout.encoded(encodings[0]));
    }
    batch = new Batch(encodedMessages, null, WebSocketFraming.INSTANCE);
  }

  @Benchmark
  public Wire encode() {
    fanout.encode(encodings);
    return fanout.encoded(encodings[0]);
  }

  /** Once for each event loop and turn. */
  @Benchmark
  public int join() {
    Batch joined = new Batch(encodedMessages, null, WebSocketFraming.INSTANCE);
    ByteBuf bytes = joined.bytes();
    int readable = bytes.readableBytes();
    bytes.release();
    joined.release();
    return readable;
  }

  /** Once for each subscriber, before the write. */
  @Benchmark
  public int share() {
    ByteBuf bytes = batch.bytes();
    int readable = bytes.readableBytes();
    bytes.release();
    return readable;
  }
}
