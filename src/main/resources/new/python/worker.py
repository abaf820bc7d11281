"""A poll. Who votes is answered how it stands, and all who listen are told."""

import os
import signal
import sys
import time

from bus import Bus

HOST, PORT = os.environ.get("TCP_BRIDGE", "127.0.0.1:7000").rsplit(":", 1)
results = {"pizza": 0, "salad": 0}


def vote(bus, question):
    """Nothing as a vote asks how it stands."""
    choice = question.get("body")
    if choice is None:
        bus.answer(question, results)
    elif isinstance(choice, str) and choice in results:
        results[choice] += 1
        bus.publish("{{name}}.results", results)
        bus.answer(question, results)
    else:
        bus.fail(question, 400, "choose one of " + ", ".join(results))


def work():
    bus = Bus(HOST, int(PORT))
    bus.register("{{name}}.vote")
    print("answering at {{name}}.vote", flush=True)
    while True:
        message = bus.hear()
        if message["type"] == "message":
            vote(bus, message)
        elif message["type"] == "err":
            print("the gateway says:", message, file=sys.stderr, flush=True)


def main():
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    while True:
        try:
            work()
        except (OSError, EOFError) as e:
            print(f"{e}; again in a second", file=sys.stderr, flush=True)
            time.sleep(1)


if __name__ == "__main__":
    main()
