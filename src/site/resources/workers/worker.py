"""Answers what is asked at an address of a Busbar, by its TCP bridge. Python 3.8 or later, no library."""
import json, os, signal, socket, struct, sys, threading
from concurrent.futures import ThreadPoolExecutor

HOST, PORT = os.environ.get("BUSBAR_HOST", "127.0.0.1"), int(os.environ.get("BUSBAR_PORT", "7000"))
ADDRESS, TOKEN = os.environ.get("ADDRESS", "jobs"), os.environ.get("TOKEN")
leaving = threading.Event()


class Refusal(Exception):
    """A code and words, which who asked is told."""


def work(body, headers):  # yours
    if headers.get("event") in ("open", "close"):  # of a service endpoint's client
        return None
    if body == "":
        raise Refusal(400, "there is nothing to do")
    print(f"did {body}\n", end="", flush=True)  # in one piece, as threads share the line
    return f"did {body}"


class Connection:
    def __init__(self):
        self.socket, self.lock = socket.create_connection((HOST, PORT)), threading.Lock()
        self.reader = self.socket.makefile("rb")

    def say(self, **message):
        data = json.dumps(message).encode()
        with self.lock:
            self.socket.sendall(struct.pack(">i", len(data)) + data)

    def drain(self):  # nothing comes after the pong
        self.say(type="unregister", address=ADDRESS)
        self.say(type="ping")

    def answer(self, message):
        try:
            answer = {"body": work(message.get("body"), message["headers"])}
        except Refusal as refusal:
            answer = dict(zip(("failureCode", "message"), refusal.args))
        except Exception as error:
            print(repr(error), file=sys.stderr)
            answer = {"failureCode": 500, "message": "the worker failed"}
        if "replyAddress" in message:
            self.say(type="send", address=message["replyAddress"], **answer)

    def serve(self, pool):
        if TOKEN:
            self.say(type="login", token=TOKEN)
        self.say(type="register", address=ADDRESS)
        signal.signal(signal.SIGTERM, lambda *_: (leaving.set(), threading.Thread(target=self.drain).start()))
        if leaving.is_set():
            self.drain()
        while len(head := self.reader.read(4)) == 4:
            message = json.loads(self.reader.read(struct.unpack(">i", head)[0]))
            if message["type"] == "message":
                pool.submit(self.answer, message)
            elif message["type"] == "pong":
                return
            elif message["type"] == "err":
                print(message, file=sys.stderr)


signal.signal(signal.SIGTERM, lambda *_: leaving.set())
while not leaving.is_set():
    try:
        connection = Connection()
        with ThreadPoolExecutor(8) as pool:  # waits for what it has begun
            connection.serve(pool)
        connection.socket.close()
    except (OSError, ValueError) as error:
        print(repr(error), file=sys.stderr)
    leaving.wait(1)
