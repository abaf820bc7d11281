"""A model of the costs of a node and a cluster, checked with the measured rows.

    python3 src/bench/capacity.py             prints each row, predicted and measured
    python3 src/bench/capacity.py --render    also puts the tables into capacity.md

A constant is fitted on the rows that `fit` names. All other rows are predicted with it.
"""

import argparse
import bisect
import json
import math
import os
from dataclasses import dataclass

from report import CONNECTION, CPU, middle, table

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "data.json")
PAGE = os.path.join(HERE, "..", "site", "markdown", "capacity.md")
GOOD = 0.2  # the largest good error
KIB, MIB, GIB = 1024, 1024 ** 2, 1024 ** 3

# From performance.md, "Idle connections" and "TLS": KiB of live heap, and of other memory.
LIVE_KIB = {"bridge": 2.7, "bridge-sockjs": 2.7, "stomp-tcp": 3.2, "socketio": 3.1, "pusher": 2.9, "wss": 3.5}
NATIVE_KIB = {"wss": 5.0}
# The middle between MinHeapFreeRatio and MaxHeapFreeRatio, which performance.md names.
HEAP_FREE = 0.3

# The memory of a node for an address that another node listens to: the heap of InterestTable, measured
# with addresses of 20 characters. And its bytes in an update: InterestUpdate.writeData.
COPY_BYTES = 132
WIRE_BYTES = 4 + 20 + 4
# Measured by hand, on 2 shared cores (a load of 30): two members of Hazelcast in one warm JVM, each with
# an InterestExchange. An update with one change and its answer, both sides, µs, without a pause between updates.
# With 3 ms between them it was twice as much, because each wakes all threads.
UPDATE_US = 400
# A registration in updates of up to 5,000, both sides, µs. The row `registrations` has a bound, because its clients wait.
TOLD_IN_FULL_UPDATES_US = 7
# The time of InterestTable.removeAll for each known address, µs: it goes over all 1,000,000. 0.04 to 0.13.
SCAN_US = 0.1
UPDATE_S = 1            # a node without other updates gets an empty one this often
HEART_BEAT_S = 2        # Hazelcast's
# As in InterestExchange: an update without an answer in time is given up, and everything is sent again.
MOST_IN_AN_UPDATE = 5000
ANSWER_S = 30
BACKLOG = 32 * MIB
DEFAULT_HEAP = 512 * MIB     # and the same amount of direct memory


@dataclass
class Constants:
    """Times in µs."""
    write: float        # the cost of our write to a client, in writes of the floor
    floor_100: float    # the floor's write to one of 100 sockets
    per_decade: float   # the additional cost with ten times the sockets
    byte: float         # for each byte of a message and client
    publish_busy: float     # to read a publication and forward it, on a busy loop
    publish_asleep: float   # the same on a node that was idle
    hop: float          # a publication from one node to another, both sides
    connect: float      # a client that connects and subscribes
    connect_tls: float
    local_registration: float
    told: float         # a registration in an update with many, both sides
    update: float = UPDATE_US

    def floor_write(self, sockets):
        return self.floor_100 + self.per_decade * math.log10(max(sockets, 100) / 100)

    def write_to(self, sockets):
        return self.write * self.floor_write(sockets)

    def registration(self, nodes, alone=False):
        """CPU of the whole cluster for one node's registration of one address: with many others, or alone."""
        return self.local_registration + (nodes - 1) * (self.update if alone else self.told)

    def heart_beats(self, nodes):
        """Cores of a node for heart-beats. It asks each other node and is asked by each; Hazelcast's own need no answer."""
        return (nodes - 1) * (self.update / UPDATE_S + self.update / 2 / HEART_BEAT_S) / 1e6

    def kib(self, label):
        return LIVE_KIB[label] / (1 - HEAP_FREE) + NATIVE_KIB.get(label, 0)


class Measured:
    def __init__(self, file=DATA):
        with open(file) as opened:
            self.rows = json.load(opened)["rows"]

    def __call__(self, row, label, key=CPU, x=None):
        return middle([run for run in self.rows[row][label] if x is None or run.get("x") == x], key)

    def batch(self, row, label, x=None):
        """Messages in a write. The kernel divides a write above 64 KiB, which is no further write of ours."""
        return max(1, self(row, label, "deliveries_per_segment", x))

    def floor(self, row, x=None):
        """The cost of one write to one client in this row: the clock of a machine whose speed changes."""
        if "floor" in self.rows[row]:
            return self(row, "floor", x=x)
        return self(row, "floor-batch", x=x) * self.batch(row, "floor-batch", x)


FITTED = {("one", "bridge", None), ("fan-out", "bridge", None), ("growth-size", "bridge", 16384), ("growth-size", "bridge", 65536),
          ("echo", "busbar", None), ("growth-channels", "bridge", 10), ("cluster", "two-nodes", None), ("connect", "bridge", None)}


def fit(measured):
    """Fits each constant on one or two rows; for two, it is the geometric mean."""
    ratio = lambda row: measured(row, "bridge") * measured.batch(row, "bridge") / measured.floor(row)
    write = math.sqrt(ratio("one") * ratio("fan-out"))
    floor_100, floor_10k = measured("growth-one", "floor", x=100), measured("growth-one", "floor", x=10000)
    per_decade = (floor_10k - floor_100) / 2
    known = Constants(write, floor_100, per_decade, 0, 0, 0, 0, 0, 0, 0, told=0)

    small = measured("growth-size", "floor", x=64)
    byte = [(measured("growth-size", "bridge", x=size) - write * small / measured.batch("growth-size", "bridge", size)) / size
            for size in (16384, 65536)]
    known.byte = math.sqrt(byte[0] * byte[1])
    known.publish_busy = measured("echo", "busbar") - write * measured.floor("one")
    known.publish_asleep = (measured("growth-channels", "bridge", x=10) - known.write_to(100)) * 10
    known.hop = 500 * (measured("cluster", "two-nodes") - known.write_to(500) / measured.batch("cluster", "two-nodes"))
    per_client = lambda row, label: measured(row, label, "cpu_s") * 1e6 / measured(row, label, "connections")
    known.connect = per_client("connect", "bridge")
    known.connect_tls = measured("wss-connect", "wss", CONNECTION)
    known.local_registration = measured("registrations", "one-node", "cpu_s") * 1e6 / 10000
    both = measured("registrations", "two-nodes", "cpu_s") * 1e6 / 10000
    known.told = max(0, both - known.local_registration)
    return known


def predictions(measured, known, clock=True):
    """(row, label, x, unit, predicted, measured). Without the clock, the speed of the machine in a row is unknown."""
    told = []
    floor = lambda row, sockets, x=None: measured.floor(row, x) if clock else known.floor_write(sockets)

    def cpu(row, label, predicted, x=None):
        told.append((row, label, x, "µs", predicted, measured(row, label, x=x)))

    ours = ("bridge", "bridge-sockjs", "stomp-ws", "stomp-tcp")
    for row in ("one", "fan-out"):
        for label in ours:
            cpu(row, label, known.write * floor(row, 500) / measured.batch(row, label))
    for row, labels in (("growth-one", ("bridge", "stomp-tcp")), ("growth-subscribers", ("bridge", "bridge-one-loop", "stomp-tcp"))):
        for label in labels:
            for x in (100, 300, 1000, 3000, 10000):
                cpu(row, label, known.write * floor(row, x, x) / measured.batch(row, label, x), x)
    small = measured("growth-size", "floor", x=64)
    unit = small if clock else known.floor_write(100)
    for x in (64, 256, 1024, 4096, 16384, 65536):
        cpu("growth-size", "bridge", known.write * unit / measured.batch("growth-size", "bridge", x) + known.byte * x, x)
    # The floor's write of 16 KiB includes its bytes. They are subtracted, because the floor's plot has them.
    bytes_of_floor = measured("growth-size", "floor", x=65536) - small
    empty = measured.floor("big") - bytes_of_floor / 65536 * 16384 if clock else known.floor_write(100)
    for label in ours:
        cpu("big", label, known.write * empty / measured.batch("big", label) + known.byte * 16384)
    for label in ours:
        cpu("rate", label, known.write_to(500) / measured.batch("rate", label) + known.publish_asleep / 500)
    for label in ours:
        cpu("channels", label, known.write_to(2000) / measured.batch("channels", label) + known.publish_busy / 10)
    for x in (1, 10, 100, 1000, 10000):
        cpu("growth-channels", "bridge", known.write_to(min(10 * x, 1000)) / measured.batch("growth-channels", "bridge", x)
            + known.publish_asleep / 10, x)
    cpu("echo", "busbar", known.publish_busy + known.write * floor("one", 200))
    # Rows of other days have no floor, so one label of the same day is the clock.
    for row, label, clock_row, peer in (("stream", "stomp-ws", "stream", "bridge"), ("stream", "stomp-ws-stream", "stream", "bridge"),
                                         ("stream", "bridge-stream", "stream", "bridge"), ("socketio", "socketio", "socketio-one", "socketio"),
                                         ("pusher", "pusher", "pusher-one", "pusher"), ("wss", "wss", "wss-one", "wss")):
        write = measured(clock_row, peer) * measured.batch(clock_row, peer) if clock else known.write_to(500)
        cpu(row, label, write / measured.batch(row, label))
    cpu("cluster", "two-nodes", known.write_to(500) / measured.batch("cluster", "two-nodes") + known.hop / 500)
    cpu("cluster", "one-node", known.write_to(500) / measured.batch("cluster", "one-node") + known.publish_busy / 500)
    cpu("third-node", "steady", known.write_to(500) + (known.hop + known.publish_asleep) / 500)
    for label in ("bridge", "bridge-sockjs", "stomp-tcp"):
        told.append(("connect", label, None, "µs", known.connect, measured("connect", label, "cpu_s") * 1e6 / 5000))
    for row, labels in (("idle", ("bridge", "bridge-sockjs", "stomp-tcp", "socketio", "pusher")), ("wss-idle", ("wss",))):
        for label in labels:
            told.append((row, label, None, "KiB", known.kib(label), measured(row, label, "kib_per_connection")))
    return told


def rows_table(told, blind):
    def cell(predicted, actual):
        error = predicted / actual - 1
        return f"{error:+.0%}" if abs(error) <= GOOD else f"**{error:+.0%}**"

    body = []
    for (row, label, x, unit, predicted, actual), (*_, without, _) in zip(told, blind):
        kind = "fitted" if (row, label, x) in FITTED else "predicted"
        body.append([row, label, f"{x:,}" if x else "", f"{predicted:.2f} {unit}", f"{actual:.2f} {unit}",
                     cell(predicted, actual), cell(without, actual), kind])
    return table(["row", "", "x", "model", "measured", "error", "without the clock", ""], body)


def score(told):
    """The number of rows that were not fitted, and of those among them with a larger error than is good."""
    honest = [entry for entry in told if entry[:3] not in FITTED]
    return len(honest), sum(abs(predicted / actual - 1) > GOOD for *_, predicted, actual in honest)


def score_words(told, blind):
    (honest, misses), (_, more) = score(told), score(blind)
    return (f"{honest} rows are predicted. {honest - misses} of them are within {GOOD:.0%}, and {misses} are not (**bold**). "
            f"Without the clock {honest - more} are.")


def constants_table(known):
    us = lambda value: f"{value:.1f} µs"
    return table(["constant", "value", "from"], [
        ["a write of ours, in writes of the floor's", f"{known.write:.2f}", "`one` and `fan-out`, bridge"],
        ["a write of the floor's to one of 100 sockets", us(known.floor_100), "`growth-one`, floor"],
        ["ten times the sockets add", us(known.per_decade), "`growth-one`, floor, 100 and 10,000"],
        ["1,000 bytes of a message, for each client", us(1000 * known.byte), "`growth-size`, bridge, 16 and 64 KiB"],
        ["a publication on a busy node", us(known.publish_busy), "`echo` less a write"],
        ["a publication on a node that slept", us(known.publish_asleep), "`growth-channels`, bridge, 10"],
        ["a publication from node to node, at most", us(known.hop), "`cluster`, two-nodes"],
        ["a client that connects and subscribes", us(known.connect), "`connect`, bridge"],
        ["the same over TLS, a full handshake", us(known.connect_tls), "`wss-connect`"],
        ["a registration on a node alone", us(known.local_registration), "`registrations`, one-node"],
        ["to tell one other node of it, among many, at most", us(known.told), "`registrations`, two-nodes less one-node"],
        ["the same, in updates of up to 5,000", us(TOLD_IN_FULL_UPDATES_US), "by hand, on a busy machine"],
        ["an update with one change, and its answer", us(known.update), "by hand, on a busy machine"],
        ["to look at an address that is known", f"{SCAN_US:.1f} µs", "by hand, 1,000,000 addresses"],
        ["the copy of a registration", f"{COPY_BYTES} B", "by hand; address of 20 characters"],
        ["the same in an update", f"{WIRE_BYTES} B", "counted"],
        ["an idle connection, resident", f"{known.kib('bridge'):.1f} KiB", "2.7 KiB of live heap, 30 % of the heap free"],
        ["the same over TLS", f"{known.kib('wss'):.1f} KiB", "3.5 KiB of heap and 5 KiB of BoringSSL's"]])


def amount(bytes_):
    for unit, size in (("TiB", 1024 * GIB), ("GiB", GIB), ("MiB", MIB)):
        if bytes_ >= size:
            return f"{bytes_ / size:,.1f} {unit}"
    return f"{bytes_ / KIB:,.1f} KiB"


def seconds(us):
    return f"{us / 1e6:,.1f} s" if us >= 1e6 else f"{us / 1e3:,.1f} ms" if us >= 1e3 else f"{us:,.0f} µs"


def clients_table(known):
    body = []
    for clients, nodes in ((1_000_000, 10), (1_000_000, 100), (10_000_000, 100), (10_000_000, 1000)):
        each = clients // nodes
        write = known.write_to(each)
        moved = each / (nodes - 1)
        body.append([f"{clients:,}", f"{nodes:,}", amount(each * known.kib("bridge") * KIB), amount(each * known.kib("wss") * KIB),
                     f"{write:.1f} µs", f"{each * write / 1e6:.2f}", f"{clients * write / 1e6:,.0f}",
                     seconds(moved * known.connect_tls)])
    return table(["clients", "nodes", "memory of a node", "with TLS", "a write", "cores of a node", "cores of all",
                  "one node dies: CPU of each other"], body)


def nodes_table(known, channels=10_000):
    """Each node has channels that no other node has: one for each client."""
    body = []
    for nodes in (3, 10, 30, 100, 300, 1000):
        entries = nodes * channels
        body.append([f"{nodes:,}", f"{entries:,}", amount((nodes - 1) * channels * COPY_BYTES), seconds(known.registration(nodes)),
                     seconds(known.registration(nodes, alone=True)), amount((nodes - 1) * channels * WIRE_BYTES), seconds(start_us(known, nodes, channels)),
                     seconds(entries * SCAN_US), seconds((nodes - 1) * known.hop / 2), f"{nodes * (nodes - 1):,}",
                     f"{known.heart_beats(nodes):.1%}", amount((nodes - 1) * BACKLOG)])
    return table(["nodes", "registrations", "copies on each node", "CPU of a registration, among many", "the same, by itself", "a node that starts is told",
                  "its CPU for that", "CPU of each other when one goes", "CPU of the sender, channel on all nodes", "connections of the bus",
                  "heart-beats, of a core", "backlog, at most"], body)


def start_us(known, nodes, channels):
    """CPU of a node to receive all addresses of each other node."""
    return (nodes - 1) * channels * known.told / 2


def first_of(holds, most=100_000):
    """The smallest number of nodes for which it is true."""
    return bisect.bisect_left(range(2, most), True, key=holds) + 2


def first_breaks(known, channels=10_000):
    """The number of nodes at which each cost is beyond the limits of a node."""
    heap = DEFAULT_HEAP * (1 - HEAP_FREE)
    found = [
        ("what may wait for nodes that do not read", first_of(lambda nodes: (nodes - 1) * BACKLOG > DEFAULT_HEAP),
         "direct memory of 512 MiB: 32 MiB for each other node"),
        ("copies of what others listen to, 10,000 of each node", first_of(lambda nodes: (nodes - 1) * channels * COPY_BYTES > heap),
         "a heap of 512 MiB, 30 % of it free"),
        ("a channel on all nodes, one publication a second", first_of(lambda nodes: (nodes - 1) * known.hop / 2 > 1e5), "a tenth of a core of the sender"),
        ("one change a second by each node", first_of(lambda nodes: (nodes - 1) * known.update > 1e5), "a tenth of a core of each node, to tell and to hear"),
        ("all tell one node at once, 5,000 addresses in an update",
         first_of(lambda nodes: (nodes - 1) * MOST_IN_AN_UPDATE * known.told / 2 > ANSWER_S * 1e6),
         f"{ANSWER_S} s of its one thread: then they give up and begin anew"),
        ("a node that starts", first_of(lambda nodes: start_us(known, nodes, channels) > 60e6), "a minute of one core, until it is ready"),
        ("nodes go, one after the other", first_of(lambda nodes: nodes * channels * SCAN_US > 1e6), "1 s for each, in which each other node tells and hears nothing"),
        ("heart-beats to all", first_of(lambda nodes: known.heart_beats(nodes) > 0.1), "a tenth of a core")]
    return table(["what", "at so many nodes", "beyond"],
                 [[what, f"{nodes:,}", beyond] for what, nodes, beyond in sorted(found, key=lambda entry: entry[1])])


def put(name, lines, page=PAGE):
    """Replaces the text between the markers of that name."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    with open(page) as file:
        before, rest = file.read().split(begin)
    after = rest.split(end)[1]
    with open(page, "w") as file:
        file.write(before + begin + "\n" + "\n".join(lines) + end + after)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--render", action="store_true", help="put the tables into capacity.md")
    given = parser.parse_args()
    measured = Measured()
    known = fit(measured)
    told, blind = (predictions(measured, known, clock) for clock in (True, False))
    tables = {"constants": constants_table(known), "rows": [score_words(told, blind), "", *rows_table(told, blind)], "clients": clients_table(known),
              "nodes": nodes_table(known), "breaks": first_breaks(known)}
    for name, lines in tables.items():
        print("\n".join(lines))
        if given.render:
            put(name, lines)


if __name__ == "__main__":
    main()
