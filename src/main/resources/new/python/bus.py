"""A client of Busbar's TCP event-bus bridge. A frame is a length of four bytes, and then a JSON object."""

import itertools
import json
import socket
import struct


class Bus:
    """One connection. It is for one thread."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port))
        self.reader = self.socket.makefile("rb")
        self.numbers = itertools.count(1)

    def send(self, **message):
        body = json.dumps(message).encode()
        self.socket.sendall(struct.pack(">i", len(body)) + body)

    def receive(self):
        """Waits for the next message and returns it. At the end of the connection it raises EOFError."""
        (length,) = struct.unpack(">i", self._read(4))
        return json.loads(self._read(length))

    def _read(self, length):
        data = self.reader.read(length)
        if len(data) < length:
            raise EOFError("the gateway has closed the connection")
        return data

    def register(self, address):
        """Listens to an address. Its messages come from receive."""
        self.send(type="register", address=address)

    def publish(self, address, body):
        """Sends a message to all listeners of an address."""
        self.send(type="publish", address=address, body=body)

    def reply(self, request, body):
        """Answers a message, if its sender has asked for an answer."""
        if "replyAddress" in request:
            self.send(type="send", address=request["replyAddress"], body=body)

    def fail(self, request, code, words):
        """Answers a message with a failure, if its sender has asked for an answer."""
        if "replyAddress" in request:
            self.send(type="send", address=request["replyAddress"], failureCode=code, message=words)

    def request(self, address, body):
        """Sends a request and returns the answer. If the request failed, the answer has a failureCode.

        Other messages that come before the answer are dropped.
        """
        reply_address = f"answer-{next(self.numbers)}"
        self.send(type="send", address=address, body=body, replyAddress=reply_address)
        while True:
            message = self.receive()
            if message.get("address") == reply_address:
                return message

    def close(self):
        self.socket.close()
