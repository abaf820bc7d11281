package io.busbar.stream;

import io.busbar.cluster.OwnerCalls;
import io.busbar.hub.LossReason;
import io.busbar.hub.Position;
import io.busbar.hub.Since;
import io.busbar.hub.StreamMessage;
import io.busbar.hub.StreamPage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call from a node to a stream, on whichever node that lives: to store messages, or to read. A
 * repeated call changes nothing more.
 *
 * @param source the caller that stores; null for a read
 * @param number of the call
 * @param since where to read from; null for storing
 * @param most the most messages to read
 */
record StreamCall(
    String stream,
    @Nullable String source,
    long number,
    String holder,
    List<Draft> drafts,
    @Nullable Since since,
    int most)
    implements OwnerCalls.Call<StreamCall> {
  private static final String STREAM = "stream";
  private static final String SOURCE = "source";
  private static final String NUMBER = "number";
  private static final String HOLDER = "holder";
  private static final String KIND = "kind";
  private static final String EPOCH = "epoch";
  private static final String OFFSET = "offset";
  private static final String MOST = "most";
  private static final String FIRST = "first";
  private static final String HEAD = "head";
  private static final String NEXT = "next";
  private static final String LOST = "lost";

  static StreamCall keep(
      String stream, String source, long number, String holder, List<Draft> drafts) {
    return new StreamCall(stream, source, number, holder, drafts, null, 0);
  }

  static StreamCall read(String stream, Since since, int most) {
    return new StreamCall(stream, null, 0, "", List.of(), since, most);
  }

  @Override
  public StreamCall repeated() {
    return this;
  }

  /** The bytes that go to another node. */
  Buffer toBuffer() {
    JsonObject about = new JsonObject().put(STREAM, stream);
    if (since == null) {
      about.put(SOURCE, source).put(NUMBER, number).put(HOLDER, holder);
    } else {
      about
          .put(KIND, since.kind().name())
          .put(EPOCH, since.epoch())
          .put(OFFSET, since.offset())
          .put(MOST, most);
    }
    Position none = new Position("", 0);
    List<StreamMessage> messages = drafts.stream().map(draft -> draft.at(none, 0)).toList();
    return Buffer.buffer(new StreamCodec(about, messages).toBytes());
  }

  /** Will throw if the bytes are not a call. */
  static StreamCall read(Buffer bytes) {
    StreamCodec read = StreamCodec.read(bytes.getBytes());
    JsonObject about = read.about();
    String stream = about.getString(STREAM);
    String kind = about.getString(KIND);
    if (kind != null) {
      Since since =
          new Since(Since.Kind.valueOf(kind), about.getString(EPOCH), about.getLong(OFFSET));
      return read(stream, since, about.getInteger(MOST));
    }
    List<Draft> drafts =
        read.messages().stream()
            .map(message -> new Draft(message.payload(), message.headers(), null))
            .toList();
    String holder = about.getString(HOLDER);
    String source = Objects.requireNonNull(about.getString(SOURCE), SOURCE);
    return keep(stream, source, about.getLong(NUMBER), holder, drafts);
  }

  /** The bytes of an answer. Null means that the messages are stored. */
  static Buffer toBuffer(@Nullable StreamPage page) {
    JsonObject about = new JsonObject();
    if (page != null) {
      about
          .put(EPOCH, page.epoch())
          .put(FIRST, page.first())
          .put(HEAD, page.head())
          .put(NEXT, page.next())
          .put(LOST, page.lost() == null ? null : page.lost().name());
    }
    List<StreamMessage> messages = page == null ? List.of() : page.messages();
    return Buffer.buffer(new StreamCodec(about, messages).toBytes());
  }

  static @Nullable StreamPage page(Buffer bytes) {
    StreamCodec read = StreamCodec.read(bytes.getBytes());
    JsonObject about = read.about();
    if (about.isEmpty()) {
      return null;
    }
    String lost = about.getString(LOST);
    return new StreamPage(
        about.getString(EPOCH),
        about.getLong(FIRST),
        about.getLong(HEAD),
        about.getLong(NEXT),
        read.messages(),
        lost == null ? null : LossReason.valueOf(lost));
  }
}
