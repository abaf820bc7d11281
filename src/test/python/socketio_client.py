"""Checks python-socketio (Debian: python3-socketio) with the gateway: socketio_client.py URL VERSION. Prints TAP."""

import queue
import sys
import traceback
import uuid

import engineio
import socketio

# The client fails if the answer to a poll has more packets than this, from any server. The default is 16.
engineio.payload.Payload.max_decode_packets = 1000

URL = sys.argv[1]
PATIENCE = 60
WAYS = {
    "polling": ["polling"],
    "a WebSocket": ["websocket"],
    "polling and a WebSocket after it": ["polling", "websocket"],
}


class Client:
    """A client in one namespace, with its events. It leaves at the end of its block."""

    def __init__(self, transports, namespace="/", auth=None):
        self.namespace = namespace
        self.events = {}
        self.client = socketio.Client(reconnection=False)
        self.client.connect(
            URL, transports=transports, namespaces=[namespace], auth=auth, wait_timeout=PATIENCE
        )
        assert self.client.transport() == transports[-1], self.client.transport()

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.client.disconnect()

    def listen(self, event):
        heard = self.events[event] = queue.Queue()
        self.client.on(event, lambda *args: heard.put(args), namespace=self.namespace)

    def answer(self, event, answer):
        self.client.on(event, lambda question, about: answer(question), namespace=self.namespace)

    def next(self, event):
        return self.events[event].get(timeout=PATIENCE)

    def find(self, event, words):
        while True:
            shown = str(self.next(event))
            if words in shown:
                return shown

    def emit(self, event, *args):
        self.client.emit(event, args, namespace=self.namespace)

    def ask(self, event, *args):
        return self.client.call(event, args, namespace=self.namespace, timeout=PATIENCE)

    def subscribe(self, address):
        self.listen(address)
        assert self.ask("subscribe", address) is None


def address():
    return f"public.{uuid.uuid4()}"


def bus(transports):
    place = address()
    with Client(transports) as client:
        client.subscribe(place)
        body = {"text": "Grüße \u2028 😀", "n": [1, None]}
        assert client.ask("publish", place, body) is None
        heard, about = client.next(place)
        assert heard == body, heard
        assert about["address"] == place, about
        for i in range(100):
            client.emit("publish", place, i)
        # This client handles each message on a thread of its own.
        heard = sorted(client.next(place)[0] for _ in range(100))
        assert heard == list(range(100)), heard
        assert "denied" in client.ask("subscribe", "secret")["message"]


def binary(transports):
    place = address()
    with Client(transports) as client:
        client.subscribe(place)
        for body in b"\0\1\xff", {"deep": [b"\x1ex", b""]}:
            client.emit("publish", place, body)
            heard = client.next(place)[0]
            assert heard == body, heard
        error, answer, _ = client.ask("request", "echo", b"\0\xff")
        assert (error, answer) == (None, b"\0\xff"), answer


def acknowledgements(transports):
    place = address()
    with Client(transports) as asking, Client(transports) as answering:
        answering.answer(place, lambda question: f"answer to {question}")
        assert answering.ask("subscribe", place) is None
        error, answer, _ = asking.ask("request", place, "it")
        assert (error, answer) == (None, "answer to it"), answer
        assert asking.ask("request", address(), "it")["code"] == "NO_HANDLERS"


def chat(transports):
    nickname = f"n{uuid.uuid4().hex[:8]}"
    with Client(transports, "/chat") as staying:
        for event in "message", "nickname", "notification":
            staying.listen(event)
        with Client(transports, "/chat") as leaving:
            leaving.ask("nickname", {"nickname": nickname})
            assert f"changed to {nickname}" in staying.find("nickname", nickname)
            leaving.emit("message", f"hello from {nickname}")
            said = staying.find("message", f"hello from {nickname}")
            assert leaving.client.get_sid("/chat") in said, said
        staying.find("notification", f"{nickname} has disconnected")


def login(password):
    return {"username": "demo", "password": password}


def logins(transports):
    refused = queue.Queue()
    wrong = socketio.Client(reconnection=False)
    wrong.on("connect_error", refused.put)
    wrong.connect(URL, transports=transports, auth=login("guess"), wait=False)
    assert refused.get(timeout=PATIENCE)["message"] == "login is not right"
    wrong.disconnect()
    with Client(transports, auth=login("demo")) as demo:
        demo.subscribe("mine.demo")
    with Client(transports) as nobody:
        assert "not logged in" in nobody.ask("subscribe", "mine.demo")["message"]


CHECKS = {
    "what it publishes is acknowledged and comes back": bus,
    "bytes stay bytes in both directions, also inside JSON": binary,
    "it acknowledges, and is acknowledged": acknowledgements,
    "it chats in a feature's namespace, and its goodbye is seen": chat,
    "a wrong login is a connect error, a right one is a user": logins,
}

number = failed = 0
for way, transports in WAYS.items():
    for sentence, body in CHECKS.items():
        number += 1
        why = ""
        try:
            body(transports)
        except Exception:
            failed += 1
            why = traceback.format_exc()
        print(f"{'not ok' if why else 'ok'} {number} - Python over {way}: {sentence}", flush=True)
        for line in why.splitlines():
            print(f"  {line}")
print(f"1..{number}")
sys.exit(1 if failed else 0)
