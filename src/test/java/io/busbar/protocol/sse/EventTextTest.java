package io.busbar.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.sse.EventParser.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random events are parsed as they were written; {@code -Dbusbar.seed=N} makes others. */
final class EventTextTest {
  private static final long SEED = Long.getLong("busbar.seed", 20_261_129);
  private static final int TIMES = 5_000;
  private static final String CHARACTERS = "aZ09:;b \t\n\n\r\r\\\"é\u2028\u0085雪\uFEFF\u0000";
  private static final List<String> LINES =
      List.of("\ndata: evil", "\r\revent: evil\r", "\n\nid: evil\n\n", ": evil", "retry: 1\n");

  private final Random random = new Random(SEED);
  private final List<Event> received = new ArrayList<>();
  private final EventParser parser = new EventParser(received::add);

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      switch (random.nextInt(8)) {
        case 0 -> text.append(LINES.get(random.nextInt(LINES.size())));
        case 1 -> text.appendCodePoint(0x1F600 + random.nextInt(40));
        default -> text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
      }
    }
    return text.toString();
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String inOneLine(String text) {
    return text.replace('\n', ' ').replace('\r', ' ');
  }

  @Test
  void randomTextStaysInsideItsEvent() {
    for (int i = 0; i < TIMES; i++) {
      String name = "n" + text();
      String data = text();
      String id = text();
      parser.feed(utf8(new EventText(16).id(id).name(name).data(data).end()));
      Event expected =
          new Event(
              inOneLine(name),
              data.replace("\r\n", "\n").replace('\r', '\n'),
              inOneLine(id).replace('\0', ' '));
      assertThat(received).as("busbar.seed=%d", SEED).containsExactly(expected);
      assertThat(parser.comments()).isZero();
      received.clear();
    }
    assertThat(parser.retry()).isEmpty();
  }

  @Test
  void eventHasTheExpectedBytes() {
    byte[] event = new EventText(16).retry(500).id("e:1").name("news").data("a\r\nb\rc\n").end();
    assertThat(utf8(event))
        .isEqualTo("retry: 500\nid: e:1\nevent: news\ndata: a\ndata: b\ndata: c\ndata: \n\n");
  }

  @Test
  void heartbeatIsAComment() {
    parser.feed(utf8(EventText.HEARTBEAT));
    assertThat(received).isEmpty();
    assertThat(parser.comments()).isEqualTo(1);
  }
}
