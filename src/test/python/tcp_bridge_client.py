"""Uses the TCP event-bus bridge without a library. The argument is its port."""

import json
import socket
import struct
import sys


class Bridge:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.reader = self.socket.makefile("rb")

    def say(self, **message):
        body = json.dumps(message).encode()
        self.socket.sendall(struct.pack(">i", len(body)) + body)

    def next(self):
        (length,) = struct.unpack(">i", self.reader.read(4))
        return json.loads(self.reader.read(length))


bridge = Bridge(int(sys.argv[1]))
bridge.say(type="ping")
assert bridge.next() == {"type": "pong"}
bridge.say(type="register", address="public.python")
bridge.say(type="publish", address="public.python", body="Grüße")
heard = bridge.next()
assert (heard["type"], heard["body"], heard["send"]) == ("message", "Grüße", False), heard
bridge.say(type="send", address="echo", body=[1], replyAddress="r")
assert bridge.next()["body"] == [1]
bridge.say(type="publish", address="secret", body=1)
assert bridge.next()["message"] == "access_denied"
print("ok")
