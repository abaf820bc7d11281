"""A simulation of interest and of a storm of reconnects among many nodes, as it is today and with aggregation.

    python3 src/bench/simulate.py             prints the results; half a minute on one core
    python3 src/bench/simulate.py --render    also puts the tables and the plots beside capacity.md

The costs are those of capacity.py, from the measured rows. The seed is fixed, so each run has the same results.
"""

import argparse
import heapq
import random
from collections import deque
from dataclasses import dataclass, field, replace

import capacity
import svg
from report import table, write

SITE = capacity.HERE + "/../site"
SEED = 21
ON_THE_WIRE = 0.00025   # s from node to node: assumed
PACE = 0.003            # the least s between two updates to a node, as in InterestExchange

# The aggregated design.
GROUP = 32              # nodes in a group
BATCH = 0.02            # s that a change waits for other changes


@dataclass
class Costs:
    """s of CPU"""
    update: float           # an update with few changes and its answer, both sides
    told: float             # each further change, both sides
    connect: float
    registration: float     # on the node itself

    @classmethod
    def measured(cls):
        known = capacity.fit(capacity.Measured())
        return cls(known.update / 1e6, known.told / 1e6, known.connect_tls / 1e6, known.local_registration / 1e6)

    def side(self, changes):
        """The cost of an update with that many changes, to send it or to receive it."""
        return (self.update + (changes - 1) * self.told) / 2


# Interest: the time until all nodes know a change.

def changes(nodes, per_node, seconds, seed):
    """The times of the changes, in order."""
    dice = random.Random(seed)
    now, rate = 0.0, nodes * per_node
    while True:
        now += dice.expovariate(rate)
        if now > seconds:
            return
        yield now, dice


class Telling:
    """One node of many equal ones, and its updates to each other node. It receives as much as it sends. So the work
    of a node when an update comes is drawn from the work of this node."""

    def __init__(self, nodes, per_node, costs, seconds):
        self.others, self.costs, self.seconds = nodes - 1, costs, seconds
        self.dice = random.Random(SEED)
        self.events = []
        self.number = 0
        self.free = 0.0                             # when the node has done all work that it has begun
        self.busy = [0.0]                           # how long each arrival waited for the node
        self.since = [-PACE] * self.others
        self.ready = [True] * self.others           # whether no update is on its way, and the pace allows one
        self.waiting = [[] for _ in range(self.others)]
        self.left, self.begun, self.took = {}, {}, []
        self.changes_each = 1.0                     # changes in an update, recently
        for number, (now, _) in enumerate(changes(1, per_node, seconds, SEED)):
            self.at(now, self.change, number)
        for now, _ in changes(self.others, per_node, seconds, SEED + 1):
            self.at(now, self.take)

    def at(self, when, what, *arguments):
        self.number += 1
        heapq.heappush(self.events, (when, self.number, what, arguments))

    def run(self):
        while self.events:
            now, _, what, arguments = heapq.heappop(self.events)
            what(now, *arguments)
        return self.took

    def work(self, now, seconds):
        self.busy.append(max(0.0, self.free - now))
        self.free = max(now, self.free) + seconds
        return self.free

    def change(self, now, number):
        self.begun[number], self.left[number] = now, self.others
        for peer in range(self.others):
            self.waiting[peer].append(number)
            self.pump(now, peer)

    def pump(self, now, peer):
        if not self.ready[peer] or not self.waiting[peer]:
            return
        its = self.waiting[peer][:capacity.MOST_IN_AN_UPDATE]
        del self.waiting[peer][:capacity.MOST_IN_AN_UPDATE]
        self.ready[peer], self.since[peer] = False, now
        self.changes_each += (len(its) - self.changes_each) / (2 * self.others)
        sent = self.work(now, self.costs.side(len(its)))
        waits = self.busy[-1 - self.dice.randrange(min(len(self.busy), 10_000))]
        taken = sent + ON_THE_WIRE + waits + self.costs.side(len(its))
        self.at(taken, self.known, its)
        self.at(max(taken + ON_THE_WIRE, now + PACE), self.answered, peer)

    def known(self, now, its):
        for number in its:
            self.left[number] -= 1
            if not self.left[number]:
                self.took.append((number, now - self.begun[number]))

    def answered(self, now, peer):
        self.ready[peer] = True
        self.pump(now, peer)

    def take(self, now):
        """Other nodes have the same number of changes in an update as this one."""
        if self.dice.random() < 1 / self.changes_each:
            self.work(now, self.costs.side(self.changes_each))


def mesh_interest(nodes, per_node, costs, seconds):
    """A change goes to each node, in an update with all other changes by then. One update at a time goes to a node."""
    return [took for _, took in sorted(Telling(nodes, per_node, costs, seconds).run())]


def grouped_interest(nodes, per_node, costs, seconds):
    """A change waits for the next batch to the relay of its group, and then for the relay's batch to the home of the
    channel. No other node is told."""
    homes = [0.0] * nodes
    relays = [0.0] * nodes
    took = []
    for now, dice in changes(nodes, per_node, seconds, SEED):
        at = now
        for servers in (relays, homes):
            at = (int(at / BATCH) + 1) * BATCH + ON_THE_WIRE
            server = dice.randrange(nodes)
            # Each batch has few changes at this rate, so each counts as a whole update.
            servers[server] = max(at, servers[server]) + costs.update
            at = servers[server]
        took.append(at - now)
    return took


def interest(costs):
    sizes, body, plot = (10, 30, 100, 300, 1000), [], {}
    for words, per_node in (("1 change a second by each node", 1), ("10 changes a second by each node", 10)):
        for design, run in (("today", mesh_interest), ("aggregated", grouped_interest)):
            cells = []
            for nodes in sizes:
                seconds = 400 / per_node if run is mesh_interest else max(2, min(20, 4000 / nodes / per_node))
                took = run(nodes, per_node, costs, seconds)
                # The first half fills the queues.
                late = sorted(took[len(took) // 2:])
                p99 = late[int(len(late) * 0.99)] * 1000
                cells.append(p99)
                plot.setdefault(f"{design}, {per_node}/s", []).append((nodes, p99))
            body.append([f"{design}, {words}", *(f"{cell:,.0f}" for cell in cells)])
    return table(["ms until all know a change, p99", *(f"{size:,}" for size in sizes)], body), plot


# A storm: a tenth of the nodes dies, and their clients come to the other nodes.

@dataclass
class Storm:
    nodes: int = 1000
    dead: int = 100
    clients_each: int = 10_000
    spread: float = 10      # s over which clients come the first time
    patience: float = 10    # s that a client waits for its subscription before it leaves and comes again
    step: float = 0.25
    until: float = 600

    @property
    def lost(self):
        return self.dead * self.clients_each

    @property
    def left(self):
        return self.nodes - self.dead


@dataclass
class Queue:
    """The work for many clients: [when they came, how many]. The first to come is served first."""
    waiting: deque = field(default_factory=deque)

    def add(self, came, count):
        if self.waiting and self.waiting[-1][0] == came:
            self.waiting[-1][1] += count
        elif count:
            self.waiting.append([came, count])

    def take(self, most):
        taken = []
        while self.waiting and most > 0:
            came, count = self.waiting[0]
            some = min(count, most)
            taken.append((came, some))
            most -= some
            if some == count:
                self.waiting.popleft()
            else:
                self.waiting[0][1] -= some
        return taken


NOBODY = -1


class Node:
    """The core of a node that sends updates. All waiting changes go in one round: an update to each other node."""

    def __init__(self, costs, aggregated, given):
        # All nodes are equal. A node receives as much as it sends, so both sides are counted.
        if aggregated:
            # A change goes to the relays of its group and, from a relay, to homes, but to no other node.
            self.round, self.each, self.pace = 2 * GROUP * costs.update, 2 * costs.told, BATCH
            share = 2 * GROUP * costs.update / capacity.UPDATE_S
        else:
            self.round, self.each, self.pace = (given.left - 1) * costs.update, (given.left - 1) * costs.told, PACE
            share = (given.left - 1) * costs.update / capacity.UPDATE_S
        self.share = max(0.1, 1 - share)    # the part of the core without heart-beats
        self.queue, self.free, self.on_their_way = Queue(), 0.0, deque()

    def work(self, begin, end, wanted):
        """What all nodes know by the end: when its clients came, and how many. If a client left before its change was
        sent, the update says so; that is no further change."""
        while self.queue.waiting and self.free < end:
            its = [(came if came in wanted else NOBODY, some) for came, some in self.queue.take(capacity.MOST_IN_AN_UPDATE)]
            took = self.round + sum(some for _, some in its) * self.each
            self.free = max(begin, self.free) + max(self.pace, took / self.share)
            self.on_their_way.append((self.free, its))
        done = []
        while self.on_their_way and self.on_their_way[0][0] <= end:
            done += self.on_their_way.popleft()[1]
        return done


def shares(count, parts, dice):
    """Divides count into equal parts, except for the rest."""
    each, rest = divmod(count, parts)
    numbers = [each] * parts
    for part in dice.sample(range(parts), rest):
        numbers[part] += 1
    return numbers


def storm(costs, aggregated, given):
    """The clients that wait after each step. A node has one core for updates, and the other for its clients."""
    dice = random.Random(SEED)
    steps, patience = int(given.until / given.step), int(given.patience / given.step)
    connects = [Queue() for _ in range(given.left)]
    nodes = [Node(costs, aggregated, given) for _ in range(given.left)]
    due = [0] * (steps + 1)
    first = max(1, int(given.spread / given.step))
    for step, count in enumerate(shares(given.lost, first, dice)):
        due[step] = count
    unfinished, tries = {}, {}
    back, removed, told = 0, 0, []
    for step in range(steps):
        # A client that has waited too long leaves and comes again later. Its registration is removed.
        late = unfinished.pop(step - patience, 0)
        if late:
            attempt = tries.pop(step - patience) + 1
            window = max(1, int(min(60, given.spread * 2 ** min(attempt, 6)) / given.step))
            for number, some in enumerate(shares(late, window, dice)):
                again = step + number
                if again <= steps and some:
                    due[again] += some
                    tries[again] = max(tries.get(again, 0), attempt)
        coming = due[step]
        if coming:
            unfinished[step] = coming
            tries.setdefault(step, 0)
            for queue, some in zip(connects, shares(coming, given.left, dice)):
                queue.add(step, some)
        # One core of each node accepts clients.
        whole = int(given.step / (costs.connect + costs.registration))
        for queue, node in zip(connects, nodes):
            for came, some in queue.take(whole):
                node.queue.add(came, some)
            for came, some in node.work(step * given.step, (step + 1) * given.step, unfinished):
                if came in unfinished:
                    unfinished[came] -= some
                    back += some
                elif came != NOBODY:
                    # No client waits for it any more, so it is removed, which is one more change.
                    removed += some
                    node.queue.add(NOBODY, some)
        told.append(given.lost - back)
        if back == given.lost:
            break
    return told, removed


def when(told, share, given):
    """The s until that many clients are back."""
    for step, waiting in enumerate(told):
        if waiting <= given.lost * (1 - share):
            return f"{(step + 1) * given.step:,.0f} s"
    return f"not in {given.until:,.0f} s"


def storms(costs):
    """The results by design, nodes, the time over which clients come, and their patience."""
    cheap = f"today, if to tell one is {capacity.TOLD_IN_FULL_UPDATES_US} µs"
    body, plot = [], {}
    for design, nodes, spread, patience in (
            ("today", 100, 10, 10), ("today", 300, 10, 10), ("today", 1000, 10, 10), ("today", 1000, 10, None),
            ("today", 1000, 60, 10), ("today", 1000, 300, 10), (cheap, 1000, 10, 10), ("aggregated", 1000, 10, 10), ("aggregated", 1000, 60, 10)):
        given = Storm(nodes=nodes, dead=nodes // 10, spread=spread)
        given.patience = patience or given.until
        its = replace(costs, told=capacity.TOLD_IN_FULL_UPDATES_US / 1e6) if design == cheap else costs
        told, wasted = storm(its, design == "aggregated", given)
        waits = f"{patience} s" if patience else "as long as it takes"
        body.append([design, f"{nodes:,}", f"{given.lost:,}", f"{spread} s", waits, when(told, 0.5, given), when(told, 0.99, given), f"{wasted:,}"])
        if nodes == 1000 and spread == 10:
            short = design.replace("today, if to tell one is", "today,")  # there is little room beside the plot
            plot[f"{short}, {patience} s" if patience else f"{short}, patient"] = [
                ((step + 1) * given.step, max(waiting, 1000)) for step, waiting in enumerate(told)]
    return table(["", "nodes", "clients", "come within", "each waits", "half is back", "99 % are", "registrations made for nobody"], body), plot


def fan_out(costs):
    """CPU of the busiest node for one publication on a channel that all nodes listen to."""
    hop = capacity.fit(capacity.Measured()).hop / 2
    plot = {"today": [], "aggregated": []}
    for nodes in (10, 30, 100, 300, 1000):
        plot["today"].append((nodes, (nodes - 1) * hop / 1000))
        groups = -(-nodes // GROUP)
        # The home sends to the relays of all groups, and a relay sends to its group. Each node also receives it once.
        plot["aggregated"].append((nodes, (max(groups, min(nodes, GROUP) - 1) + 1) * hop / 1000))
    return plot


def axis(points):
    """Few marks, so that the texts below do not overlap. The last mark is at the end of the line."""
    marks = (1, 2, 5, 10, 20, 50, 100, 200, 500)
    end = next((mark for mark in marks if mark >= points[-1][0]), marks[-1])
    return [(mark, min(points, key=lambda point: abs(point[0] - mark))[1]) for mark in marks if points[0][0] <= mark <= end]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--render", action="store_true", help="put tables and plots beside capacity.md")
    given = parser.parse_args()
    costs = Costs.measured()
    interest_table, interest_plot = interest(costs)
    storm_table, storm_plot = storms(costs)
    print("\n".join(interest_table + storm_table))
    if given.render:
        capacity.put("interest", interest_table)
        capacity.put("storm", storm_table)
        plots = {
            "capacity-interest": ("Until all nodes know a change of interest, p99", "nodes", "ms", interest_plot),
            "capacity-storm": ("A million clients come back to 900 nodes: those who still wait", "seconds", "clients",
                               {label: axis(points) for label, points in storm_plot.items()}),
            "capacity-fan-out": ("One publication to all nodes: CPU of the node that has the most to do", "nodes", "ms", fan_out(costs))}
        for name, (title, x_words, y_words, lines) in plots.items():
            write(SITE, name, svg.lines(title, x_words, y_words, lines))


if __name__ == "__main__":
    main()
