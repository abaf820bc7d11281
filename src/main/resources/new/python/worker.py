"""A poll. It answers each vote with all votes so far, and publishes them to all listeners."""

import os
import signal
import sys
import time

from bus import Bus

HOST, PORT = os.environ.get("TCP_BRIDGE", "127.0.0.1:7000").rsplit(":", 1)
results = {"pizza": 0, "salad": 0}


def vote(bus, request):
    """Handles a vote. A request without a body gets the votes, and counts nothing."""
    choice = request.get("body")
    if choice is None:
        bus.reply(request, results)
    elif isinstance(choice, str) and choice in results:
        results[choice] += 1
        bus.publish("{{name}}.results", results)
        bus.reply(request, results)
    else:
        bus.fail(request, 400, "choose one of " + ", ".join(results))


def work():
    """Connects, and answers requests until the connection ends."""
    bus = Bus(HOST, int(PORT))
    bus.register("{{name}}.vote")
    print("answering at {{name}}.vote", flush=True)
    while True:
        message = bus.receive()
        if message["type"] == "message":
            vote(bus, message)
        elif message["type"] == "err":
            print("refused by the gateway:", message, file=sys.stderr, flush=True)


def main():
    # Without a handler, SIGTERM would end the program with the status of a failure.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    while True:
        try:
            work()
        except (OSError, EOFError) as e:
            print(f"{e}; the next try is in a second", file=sys.stderr, flush=True)
            time.sleep(1)


if __name__ == "__main__":
    main()
