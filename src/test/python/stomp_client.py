"""stomp.py (Debian: python3-stomp) against the gateway: stomp_client.py PORT. Says ok, or fails."""

import queue
import sys

import stomp

PORT = int(sys.argv[1])
PATIENCE = 20


class Ear(stomp.ConnectionListener):
    def __init__(self):
        self.messages = queue.Queue()
        self.errors = queue.Queue()
        self.receipts = queue.Queue()

    def on_message(self, frame):
        self.messages.put(frame)

    def on_error(self, frame):
        self.errors.put(frame)

    def on_receipt(self, frame):
        self.receipts.put(frame.headers["receipt-id"])


def connect(kind, **options):
    connection = kind([("127.0.0.1", PORT)], **options)
    ear = Ear()
    connection.set_listener("ear", ear)
    connection.connect("guest", "guest", wait=True)
    return connection, ear


def check(kind, version):
    options = {} if version == "1.0" else {"heartbeats": (1000, 1000)}
    connection, ear = connect(kind, **options)
    destination = "/queue/public.python" + version.replace(".", "")
    connection.subscribe(destination, id="1", ack="client", headers={"receipt": "s"})
    assert ear.receipts.get(timeout=PATIENCE) == "s"
    connection.send(destination, "Grüße", content_type="text/plain", key="va:l\\ue")
    message = ear.messages.get(timeout=PATIENCE)
    assert message.body == "Grüße", message.body
    assert message.headers["key"] == "va:l\\ue", message.headers
    if version == "1.2":
        connection.ack(message.headers["ack"])
    elif version == "1.1":
        connection.ack(message.headers["message-id"], "1")
    else:
        connection.ack(message.headers["message-id"])
    transaction = connection.begin()
    connection.send(destination, "committed", transaction=transaction)
    connection.commit(transaction)
    assert ear.messages.get(timeout=PATIENCE).body == "committed"
    aborted = connection.begin()
    connection.send(destination, "never", transaction=aborted)
    connection.abort(aborted)
    connection.unsubscribe(id="1")
    connection.disconnect(receipt="bye")
    assert ear.receipts.get(timeout=PATIENCE) == "bye"
    assert ear.errors.empty(), ear.errors.get()
    assert ear.messages.empty(), ear.messages.get()


check(stomp.Connection10, "1.0")
check(stomp.Connection11, "1.1")
check(stomp.Connection12, "1.2")

refused, ear = connect(stomp.Connection12)
refused.send("/topic/secret", "no")
assert "access denied" in ear.errors.get(timeout=PATIENCE).headers["message"]
print("ok")
