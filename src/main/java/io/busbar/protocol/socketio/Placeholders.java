package io.busbar.protocol.socketio;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The places of attachments in a payload: {@code {"_placeholder":true,"num":0}}. An attachment has
 * at most one place, so a small packet cannot become a large one. Owned by the event loop of the
 * connection.
 */
final class Placeholders {
  static final String MARK = "_placeholder";
  static final String NUMBER = "num";

  private final Consumer<Buffer>[] places;
  private int filled;

  /** Finds the placeholders of that many attachments in a payload. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  Placeholders(@Nullable JsonArray data, int attachments) {
    places = new Consumer[attachments];
    if (data != null) {
      find(data.getList());
    }
  }

  /** Returns whether the value is a placeholder. */
  static boolean isPlaceholder(Object value) {
    return value instanceof Map<?, ?> map && Boolean.TRUE.equals(map.get(MARK));
  }

  @SuppressWarnings("unchecked")
  private void find(Object inside) {
    if (inside instanceof List<?>) {
      List<Object> list = (List<Object>) inside;
      for (int i = 0; i < list.size(); i++) {
        int index = i;
        visit(list.get(i), buffer -> list.set(index, buffer));
      }
    } else if (inside instanceof Map<?, ?>) {
      for (Map.Entry<String, Object> entry : ((Map<String, Object>) inside).entrySet()) {
        visit(entry.getValue(), entry::setValue);
      }
    }
  }

  private void visit(Object value, Consumer<Buffer> place) {
    if (isPlaceholder(value)) {
      places[free(((Map<?, ?>) value).get(NUMBER))] = place;
    } else {
      find(value);
    }
  }

  private int free(@Nullable Object number) {
    if (!(number instanceof Integer index) || index < 0 || index >= places.length) {
      throw PacketRules.broken("a placeholder has the number of an attachment");
    }
    if (places[index] != null) {
      throw PacketRules.broken("an attachment has one placeholder");
    }
    return index;
  }

  /** Puts the next attachment into its place, if any. Returns whether it was the last one. */
  boolean fill(Buffer attachment) {
    Consumer<Buffer> place = places[filled++];
    if (place != null) {
      place.accept(attachment);
    }
    return filled == places.length;
  }
}
