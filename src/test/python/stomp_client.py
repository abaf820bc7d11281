"""Checks stomp.py (Debian: python3-stomp) with the gateway: stomp_client.py PORT. Prints ok, or fails."""

import queue
import sys
import time

import stomp

PORT = int(sys.argv[1])
PATIENCE = 60


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


def connect(kind, user="guest", **options):
    connection = kind([("127.0.0.1", PORT)], **options)
    ear = Ear()
    connection.set_listener("ear", ear)
    connection.connect(user, user, wait=True)
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
    acknowledge(connection, version, message)
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


def subscribe(connection, ear, destination, id="1", ack="auto", **headers):
    connection.subscribe(destination, id=id, ack=ack, headers={**headers, "receipt": "subscribed"})
    assert ear.receipts.get(timeout=PATIENCE) == "subscribed"


def send(connection, ear, destination, body, **headers):
    connection.send(destination, body, headers={**headers, "receipt": "sent"})
    assert ear.receipts.get(timeout=PATIENCE) == "sent"


def leave(connection, ear):
    connection.disconnect(receipt="left")
    assert ear.receipts.get(timeout=PATIENCE) == "left"


def bodies(ear, count):
    return [ear.messages.get(timeout=PATIENCE).body for _ in range(count)]


def acknowledge(connection, version, message):
    if version == "1.2":
        connection.ack(message.headers["ack"])
    elif version == "1.1":
        connection.ack(message.headers["message-id"], message.headers["subscription"])
    else:
        connection.ack(message.headers["message-id"])


def check_durable(kind, version):
    topic = "/topic/public.python-durable"
    named = {"durable": "true", "auto-delete": "false"}
    wanted = {**named, "selector": "color = 'red'"}
    connection, ear = connect(kind, "demo")
    subscribe(connection, ear, topic, id="python", **wanted)
    leave(connection, ear)
    publisher, heard = connect(kind)
    send(publisher, heard, topic, "blue", color="blue")
    send(publisher, heard, topic, "red", color="red")
    connection, ear = connect(kind, "demo")
    subscribe(connection, ear, topic, id="python", ack="client", **wanted)
    message = ear.messages.get(timeout=PATIENCE)
    assert message.body == "red", message.body
    acknowledge(connection, version, message)
    connection.unsubscribe(id="python", headers=named)
    leave(connection, ear)
    send(publisher, heard, topic, "for nobody", color="red")
    connection, ear = connect(kind, "demo")
    subscribe(connection, ear, topic, id="python", **named)
    send(publisher, heard, topic, "for the new one")
    assert bodies(ear, 1) == ["for the new one"]
    connection.unsubscribe(id="python", headers=named)
    leave(connection, ear)
    leave(publisher, heard)


def check_queue(kind, version):
    destination = "/queue/public.python-more" + version.replace(".", "")
    connection, ear = connect(kind)
    send(connection, ear, destination, "late", expiration="50")
    send(connection, ear, destination, "low", priority="1", color="blue")
    send(connection, ear, destination, "red", priority="1", color="red")
    send(connection, ear, destination, "high", priority="9", color="blue")
    time.sleep(0.1)
    subscribe(connection, ear, destination, selector="color = 'red'")
    assert bodies(ear, 1) == ["red"]
    connection.unsubscribe(id="1")
    subscribe(connection, ear, destination)
    assert bodies(ear, 2) == ["high", "low"]
    leave(connection, ear)


def check_answers(kind, version):
    destination = "/queue/public.python-work" + version.replace(".", "")
    asker, answers = connect(kind)
    worker, work = connect(kind)
    subscribe(worker, work, destination, ack="client")

    def answer(reply_to, subscription):
        headers = {"reply-to": reply_to, "correlation-id": "7"}
        send(asker, answers, destination, "hello", **headers)
        message = work.messages.get(timeout=PATIENCE)
        back = {"correlation-id": message.headers["correlation-id"]}
        send(worker, work, message.headers["reply-to"], message.body + " to you", **back)
        acknowledge(worker, version, message)
        heard = answers.messages.get(timeout=PATIENCE)
        assert heard.body == "hello to you", heard.body
        assert heard.headers["correlation-id"] == "7", heard.headers
        assert heard.headers["destination"] == reply_to, heard.headers
        assert heard.headers["subscription"] == subscription, heard.headers

    answer("/temp-queue/unasked", "/temp-queue/unasked")
    subscribe(asker, answers, "/temp-queue/mine", id="mine")
    answer("/temp-queue/mine", "mine")
    asker.send("/request/echo", "hi", headers={"reply-to": "/temp-queue/unasked"})
    assert bodies(answers, 1) == ["hi"]
    send(asker, answers, "/request/echo", "answered before its receipt")
    leave(asker, answers)
    leave(worker, work)


VERSIONS = {"1.0": stomp.Connection10, "1.1": stomp.Connection11, "1.2": stomp.Connection12}
for number, made in VERSIONS.items():
    check(made, number)
    check_durable(made, number)
    check_queue(made, number)
    check_answers(made, number)

refused, ear = connect(stomp.Connection12)
refused.send("/topic/secret", "no")
assert "access denied" in ear.errors.get(timeout=PATIENCE).headers["message"]
print("ok")
