package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.busbar.test.BusClient;
import io.busbar.test.BusbarExtension;
import io.busbar.test.BusbarNode;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the poll in a real node, with the same requests as the page. */
@ExtendWith(BusbarExtension.class)
final class {{Name}}VerticleTest {
  @Test
  void voteIsCountedAndPublished(BusbarNode node) {
    node.deployFeature();
    BusClient client = node.client();
    client.subscribe("{{name}}.results");
    JsonObject results = JsonObject.of("pizza", 1, "salad", 0);
    assertEquals(results, client.request("{{name}}.vote", "pizza"));
    assertEquals(results, client.next("{{name}}.results"));
  }

  @Test
  void unknownChoiceIsRefused(BusbarNode node) {
    node.deployFeature();
    BusClient client = node.client();
    ReplyException refused =
        assertThrows(ReplyException.class, () -> client.request("{{name}}.vote", "stones"));
    assertEquals(400, refused.failureCode());
    assertEquals("choose one of pizza, salad", refused.getMessage());
  }
}
