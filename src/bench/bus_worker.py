"""Answers each request to an address of Busbar with its own body, over the TCP event-bus bridge. It is compared
with nats_service.py. An example for real use is src/site/resources/workers/worker.py."""
import json
import socket
import struct
import sys

host, port, address = sys.argv[1], int(sys.argv[2]), sys.argv[3]
bus = socket.create_connection((host, port))
frames = bus.makefile("rb")


def say(message):
    data = json.dumps(message).encode()
    bus.sendall(struct.pack(">i", len(data)) + data)


say({"type": "register", "address": address})
say({"type": "ping"})
while len(head := frames.read(4)) == 4:
    message = json.loads(frames.read(struct.unpack(">i", head)[0]))
    if message["type"] == "message":
        say({"type": "send", "address": message["replyAddress"], "body": message["body"]})
    elif message["type"] == "pong":
        print("ready", flush=True)
    else:
        sys.exit(json.dumps(message))
