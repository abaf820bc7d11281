package io.busbar.protocol.socketio;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The places in a payload where attachments belong: {@code {"_placeholder":true,"num":0}}. An
 * attachment has one place at most, so that what is small when it comes is not large when it is
 * sent on.
 */
final class Placeholders {
  static final String MARK = "_placeholder";
  static final String NUMBER = "num";

  private final Consumer<Buffer>[] places;
  private int filled;

  /** Finds them in a payload of that many attachments. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  Placeholders(JsonArray data, int attachments) {
    places = new Consumer[attachments];
    find(data.getList());
  }

  /** Whether that stands for an attachment. */
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

  private int free(Object number) {
    if (!(number instanceof Integer index) || index < 0 || index >= places.length) {
      throw PacketRules.broken("a placeholder has the number of an attachment");
    }
    if (places[index] != null) {
      throw PacketRules.broken("an attachment has one placeholder");
    }
    return index;
  }

  /** Puts the next attachment where it belongs, if anywhere. Returns whether it was the last. */
  boolean fill(Buffer attachment) {
    Consumer<Buffer> place = places[filled++];
    if (place != null) {
      place.accept(attachment);
    }
    return filled == places.length;
  }
}
