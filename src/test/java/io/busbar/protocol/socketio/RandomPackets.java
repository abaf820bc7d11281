package io.busbar.protocol.socketio;

import io.busbar.protocol.socketio.SocketPacket.Type;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Creates random packets of a client, some with bytes. */
final class RandomPackets {
  private static final String CHARACTERS = "aZ09,:/?-[]{} \n\\\"é\u2028雪\uFFFD\uFEFF\u007f\u0000";

  private final Random random;

  RandomPackets(long seed) {
    random = new Random(seed);
  }

  SocketPacket next() {
    String namespace = random.nextBoolean() ? "/" : "/" + random.nextInt(100) + "é";
    long id = random.nextLong(PacketRules.MOST_ID + 1);
    return switch (random.nextInt(6)) {
      case 0 -> SocketPacket.connect(namespace, random.nextBoolean() ? null : object(false));
      case 1 -> SocketPacket.disconnect(namespace);
      case 2 -> SocketPacket.connectError(namespace, object(false));
      case 3 -> SocketPacket.ack(namespace, id, new JsonArray(list(3, true)));
      case 4 -> new SocketPacket(Type.EVENT, namespace, "q=" + id, id, event());
      default -> SocketPacket.event(namespace, SocketPacket.NO_ID, event());
    };
  }

  private JsonArray event() {
    List<Object> list = list(3, true);
    list.add(0, random.nextBoolean() ? text() : (Object) random.nextInt());
    return new JsonArray(list);
  }

  private JsonObject object(boolean withBytes) {
    return new JsonObject(map(2, withBytes));
  }

  private List<Object> list(int depth, boolean withBytes) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(value(depth, withBytes));
    }
    return list;
  }

  private Map<String, Object> map(int depth, boolean withBytes) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      map.put(text(), value(depth, withBytes));
    }
    return map;
  }

  private Object value(int depth, boolean withBytes) {
    return switch (random.nextInt(depth > 0 ? 10 : 8)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextInt();
      case 3 -> (1L << 40) + random.nextInt();
      case 4 -> random.nextGaussian();
      case 5 -> BigInteger.ONE.shiftLeft(63).add(BigInteger.valueOf(random.nextInt(100)));
      case 6 -> withBytes ? bytes() : "";
      case 7 -> text();
      case 8 -> list(depth - 1, withBytes);
      default -> map(depth - 1, withBytes);
    };
  }

  private Buffer bytes() {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      if (random.nextInt(5) == 0) {
        text.appendCodePoint(0x1F600 + random.nextInt(40));
      } else {
        text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
      }
    }
    return text.toString();
  }
}
