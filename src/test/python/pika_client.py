"""Checks pika (Debian: python3-pika) together with the gateway: pika_client.py AMQP_URI. Prints ok, or fails.

Publishes to the exchange prices, and waits for a message of the gateway in the queue from.page.
"""

import sys

import pika

PATIENCE = 60

connection = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
connection.call_later(PATIENCE, lambda: sys.exit("nothing came"))
channel = connection.channel()
channel.confirm_delivery()
channel.basic_publish(
    "prices",
    "stock.AAPL",
    b'{"symbol":"AAPL","price":149.34}',
    pika.BasicProperties(content_type="application/json", headers={"source": "pika"}),
    mandatory=True,
)
for method, properties, body in channel.consume("from.page"):
    assert body == b'{"hello":"pika"}', body
    assert properties.content_type == "application/json", properties
    channel.basic_ack(method.delivery_tag)
    break
connection.close()
print("ok")
