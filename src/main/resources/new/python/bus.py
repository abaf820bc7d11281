"""A client of Busbar's TCP event-bus bridge: four octets with a length, and a JSON object."""

import itertools
import json
import socket
import struct


class Bus:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port))
        self.reader = self.socket.makefile("rb")
        self.questions = itertools.count(1)

    def say(self, **message):
        body = json.dumps(message).encode()
        self.socket.sendall(struct.pack(">i", len(body)) + body)

    def hear(self):
        """The next message; EOFError at the end of the connection."""
        (length,) = struct.unpack(">i", self._read(4))
        return json.loads(self._read(length))

    def _read(self, length):
        octets = self.reader.read(length)
        if len(octets) < length:
            raise EOFError("the gateway is gone")
        return octets

    def register(self, address):
        self.say(type="register", address=address)

    def publish(self, address, body):
        self.say(type="publish", address=address, body=body)

    def answer(self, question, body):
        if "replyAddress" in question:
            self.say(type="send", address=question["replyAddress"], body=body)

    def fail(self, question, code, words):
        if "replyAddress" in question:
            self.say(type="send", address=question["replyAddress"], failureCode=code, message=words)

    def request(self, address, body):
        """The message that answers, which has a failureCode where it failed. What comes before it is not told."""
        reply = f"answer-{next(self.questions)}"
        self.say(type="send", address=address, body=body, replyAddress=reply)
        while True:
            message = self.hear()
            if message.get("address") == reply:
                return message

    def close(self):
        self.socket.close()
