package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.config.PusherConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bodies in which backends publish events. */
final class ApiEventTest {
  private final PusherApp app = new PusherApp(PusherConfig.App.of("3", "key", "secret"));

  private ApiEvent read(String json) throws ApiException {
    return ApiEvent.ofBody(app, Buffer.buffer(json.replace('\'', '"')));
  }

  private List<ApiEvent> readBatch(String json) throws ApiException {
    return ApiEvent.ofBatch(app, Buffer.buffer(json.replace('\'', '"')));
  }

  private static List<String> names(ApiEvent event) {
    return event.channels().stream().map(ChannelName::name).toList();
  }

  @Test
  void eventNamesOneOrMoreChannels() throws Exception {
    ApiEvent event =
        read(
            "{'name':'n','channels':['b','a','b'],'data':'{ }','socket_id':'12.34',"
                + "'info':'user_count,subscription_count','unknown':1}");
    assertThat(names(event)).containsExactly("b", "a");
    assertThat(event.name()).isEqualTo("n");
    assertThat(event.data()).isEqualTo("{ }");
    assertThat(event.socketId()).isEqualTo("12.34");
    assertThat(event.info())
        .containsExactlyInAnyOrder(ApiInfo.USER_COUNT, ApiInfo.SUBSCRIPTION_COUNT);
    ApiEvent other = read("{'name':'n','channel':'a','data':''}");
    assertThat(names(other)).containsExactly("a");
    assertThat(other.socketId()).isNull();
    assertThat(other.info()).isEmpty();
    assertThat(names(read("{'name':'n','channels':['#server-to-user-ann'],'data':'x'}")))
        .containsExactly("#server-to-user-ann");
  }

  @Test
  void dataThatIsNotAStringBecomesItsJson() throws Exception {
    assertThat(read("{'name':'n','channel':'a','data': {'a' : [1, null]} }").data())
        .isEqualTo("{\"a\":[1,null]}");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      delimiter = '|',
      value = {
        "[] | The body must be a JSON object",
        "{ | The body must be a JSON object",
        "'x' | The body must be a JSON object",
        "{'channel':'a','data':'x'} | name must be a string, and not empty",
        "{'name':1,'channel':'a','data':'x'} | name must be a string, and not empty",
        "{'name':'','channel':'a','data':'x'} | name must be a string, and not empty",
        "{'name':'a\\nb','channel':'a','data':'x'} | name has a control character",
        "{'name':'pusher:x','channel':'a','data':'x'} | name must not begin with pusher: or pusher_internal:",
        "{'name':'pusher_internal:x','channel':'a','data':'x'} | name must not begin with pusher: or pusher_internal:",
        "{'name':'n','data':'x'} | channel is not the name of a channel",
        "{'name':'n','channel':'a b','data':'x'} | channel is not the name of a channel",
        "{'name':'n','channel':'#a','data':'x'} | channel is not the name of a channel",
        "{'name':'n','channel':7,'data':'x'} | channel is not the name of a channel",
        "{'name':'n','channel':'busbar.sessions.end','data':'x'} | channel is the gateway's own",
        "{'name':'n','channel':'__vertx.reply.1','data':'x'} | channel is the gateway's own",
        "{'name':'n','channels':[],'data':'x'} | channels must be an array of names",
        "{'name':'n','channels':'a','data':'x'} | channels must be an array of names",
        "{'name':'n','channels':['a',''],'data':'x'} | channels[1] is not the name of a channel",
        "{'name':'n','channel':'a'} | data is missing",
        "{'name':'n','channel':'a','data':null} | data is missing",
        "{'name':'n','channel':'a','data':'x','socket_id':'1.'} | socket_id must be like 123.456",
        "{'name':'n','channel':'a','data':'x','socket_id':'.1'} | socket_id must be like 123.456",
        "{'name':'n','channel':'a','data':'x','socket_id':'1.2.3'} | socket_id must be like 123.456",
        "{'name':'n','channel':'a','data':'x','socket_id':'12'} | socket_id must be like 123.456",
        "{'name':'n','channel':'a','data':'x','socket_id':12} | socket_id must be like 123.456",
        "{'name':'n','channel':'a','data':'x','socket_id':''} | socket_id must be like 123.456",
        "{'name':'n','channel':'a','data':'x','info':7} | info must be a string",
        "{'name':'n','channel':'a','data':'x','info':'users'} | info may be user_count, subscription_count and cache"
      })
  void invalidEventIsAnErrorThatNamesTheField(String body, String words) {
    assertThatThrownBy(() -> read(body))
        .hasMessage(words)
        .satisfies(e -> assertThat(((ApiException) e).status()).isEqualTo(400));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      delimiter = '|',
      value = {
        "{} | batch must be an array of events",
        "{'batch':{}} | batch must be an array of events",
        "{'batch':[7]} | batch[0] must be an event",
        "{'batch':[{'name':'n','channel':'a','data':'x'},{'name':'n','channel':'a'}]} | batch[1].data is missing",
        "{'batch':[{'name':'n','channels':['a'],'data':'x'}]} | batch[0].channels: an event of a batch has one channel"
      })
  void invalidBatchIsAnErrorThatNamesTheEvent(String body, String words) {
    assertThatThrownBy(() -> readBatch(body)).hasMessage(words);
  }

  @Test
  void tooManyChannelsOrEventsAndTooLongNamesAreRefused() throws Exception {
    JsonArray channels = new JsonArray();
    for (int i = 0; i < 100; i++) {
      channels.add("c" + i);
    }
    JsonObject event = new JsonObject().put("name", "n").put("data", "x").put("channels", channels);
    assertThat(read(event.encode()).channels()).hasSize(100);
    channels.add("more");
    assertThatThrownBy(() -> read(event.encode())).hasMessage("channels are more than 100");
    event.remove("channels");
    event.put("channel", "a").put("name", "n".repeat(201));
    assertThatThrownBy(() -> read(event.encode())).hasMessage("name is longer than 200 characters");
    JsonArray batch = new JsonArray();
    event.put("name", "n".repeat(200));
    for (int i = 0; i < 10; i++) {
      batch.add(event);
    }
    JsonObject body = new JsonObject().put("batch", batch);
    assertThat(readBatch(body.encode())).hasSize(10);
    batch.add(event);
    assertThatThrownBy(() -> readBatch(body.encode())).hasMessage("batch has more than 10 events");
  }

  @Test
  void tooLargeDataIsRefused() throws Exception {
    JsonObject event = new JsonObject().put("name", "n").put("channel", "a");
    for (String one : new String[] {"x", "ä", "€", "\u0001", "\""}) {
      int count = 10_240 / one.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
      event.put("data", one.repeat(count));
      String body = event.encode();
      assertThat(read(body).data()).hasSize(count);
      assertThat(body.length()).isLessThan(ApiEvent.mostBytes(app, false));
      event.put("data", one.repeat(count + 1));
      assertThatThrownBy(() -> read(event.encode()))
          .hasMessage("The data content of this event exceeds the allowed maximum (10240 bytes)")
          .satisfies(e -> assertThat(((ApiException) e).status()).isEqualTo(413));
    }
  }
}
