package com.example

import io.busbar.test.BusbarExtension
import io.busbar.test.BusbarNode
import io.vertx.core.eventbus.ReplyException
import io.vertx.core.json.JsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith

/** Tests the poll in a real node, with the same requests as the page. */
@ExtendWith(BusbarExtension::class)
class {{Name}}VerticleTest {
  @Test
  fun voteIsCountedAndPublished(node: BusbarNode) {
    node.deployFeature()
    val client = node.client()
    client.subscribe("{{name}}.results")
    val results = JsonObject.of("pizza", 1, "salad", 0)
    assertEquals(results, client.request("{{name}}.vote", "pizza"))
    assertEquals(results, client.next("{{name}}.results"))
  }

  @Test
  fun unknownChoiceIsRefused(node: BusbarNode) {
    node.deployFeature()
    val client = node.client()
    val refused =
      assertThrows(ReplyException::class.java) { client.request("{{name}}.vote", "stones") }
    assertEquals(400, refused.failureCode())
    assertEquals("choose one of pizza, salad", refused.message)
  }
}
