package com.example

import static org.junit.jupiter.api.Assertions.assertThrows

import io.busbar.test.BusbarExtension
import io.busbar.test.BusbarNode
import io.vertx.core.eventbus.ReplyException
import io.vertx.core.json.JsonObject
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith

/** Tests the poll in a real node, with the same requests as the page. */
@ExtendWith(BusbarExtension)
final class {{Name}}VerticleTest {
  @Test
  void voteIsCountedAndPublished(BusbarNode node) {
    node.deployFeature()
    def client = node.client()
    client.subscribe('{{name}}.results')
    def results = JsonObject.of('pizza', 1, 'salad', 0)
    assert client.request('{{name}}.vote', 'pizza') == results
    assert client.next('{{name}}.results') == results
  }

  @Test
  void unknownChoiceIsRefused(BusbarNode node) {
    node.deployFeature()
    def client = node.client()
    def refused = assertThrows(ReplyException) { client.request('{{name}}.vote', 'stones') }
    assert refused.failureCode() == 400
    assert refused.message == 'choose one of pizza, salad'
  }
}
