"""Interest and a storm of reconnects among many nodes: as it is today, and as it would be aggregated.

    python3 src/bench/simulate.py             prints what came out; some 15 s on one core
    python3 src/bench/simulate.py --render    also puts the tables and the plots beside capacity.md

Costs are those that capacity.py has from the measured rows. The seed is fixed: each run says the same.
"""

import argparse
import random
from collections import deque
from dataclasses import dataclass, field

import capacity
import svg
from report import table, write

SITE = capacity.HERE + "/../site"
SEED = 21
ON_THE_WIRE = 0.00025   # s from node to node: assumed
THROTTLE = 0.02         # s: Vert.x takes in changes of one address this often; the aggregated design sends as often
TOLD = 20               # how many of the nodes that hear are looked at: they do not touch each other

# The aggregated design.
GROUP = 32              # nodes of a group
ENTRY_US = 2            # a change in a batch, both sides: assumed


@dataclass
class Costs:
    """s of CPU"""
    message: float          # of Hazelcast's, one side
    connect: float
    registration: float     # on the node itself

    @classmethod
    def measured(cls):
        known = capacity.fit(capacity.Measured())
        return cls(known.hazelcast_message / 2e6, known.connect_tls / 1e6, known.local_registration / 1e6)


# Interest: how long after a change all know it.

def changes(nodes, per_node, seconds, seed):
    """When each change comes, in order."""
    dice = random.Random(seed)
    now, rate = 0.0, nodes * per_node
    while True:
        now += dice.expovariate(rate)
        if now > seconds:
            return
        yield now, dice


def mesh_interest(nodes, per_node, costs, seconds):
    """A change goes to the owner of its partition. That tells every node, one after the other."""
    owners = min(nodes, capacity.PARTITIONS)
    owner_free = [0.0] * owners
    heard_free = [0.0] * min(TOLD, nodes - 1)
    # Those that are looked at have places from the first to the last that an owner tells.
    places = [round(i * (nodes - 2) / max(1, len(heard_free) - 1)) + 1 for i in range(len(heard_free))]
    took = []
    for now, dice in changes(nodes, per_node, seconds, SEED):
        owner = dice.randrange(owners)
        begun = max(now + ON_THE_WIRE, owner_free[owner]) + capacity.PUT_MESSAGES * costs.message
        owner_free[owner] = begun + (nodes - 1) * costs.message
        last = 0.0
        for i, place in enumerate(places):
            comes = begun + place * costs.message + ON_THE_WIRE
            heard_free[i] = max(comes, heard_free[i]) + costs.message
            last = max(last, heard_free[i])
        took.append(last - now + dice.random() * THROTTLE)
    return took


def grouped_interest(nodes, per_node, costs, seconds):
    """A change waits for the next batch to the relay of its group, and that one's to the home of the channel. Nobody else is told."""
    homes = [0.0] * nodes
    relays = [0.0] * nodes
    took = []
    for now, dice in changes(nodes, per_node, seconds, SEED):
        at = now
        for servers in (relays, homes):
            at = (int(at / THROTTLE) + 1) * THROTTLE + ON_THE_WIRE
            server = dice.randrange(nodes)
            # Each batch has few changes at this rate: a whole message is counted for each.
            servers[server] = max(at, servers[server]) + costs.message + ENTRY_US / 1e6
            at = servers[server]
        took.append(at - now)
    return took


def interest(costs):
    sizes, body, plot = (10, 30, 100, 300, 1000), [], {}
    for words, per_node in (("1 change a second by each node", 1), ("10 changes a second by each node", 10)):
        for design, run in (("today", mesh_interest), ("aggregated", grouped_interest)):
            cells = []
            for nodes in sizes:
                seconds = max(2, min(20, 4000 / nodes / per_node))
                took = run(nodes, per_node, costs, seconds)
                # The first half fills the queues.
                late = sorted(took[len(took) // 2:])
                p99 = late[int(len(late) * 0.99)] * 1000
                cells.append(p99)
                plot.setdefault(f"{design}, {per_node}/s", []).append((nodes, p99))
            body.append([f"{design}, {words}", *(f"{cell:,.0f}" for cell in cells)])
    return table(["ms until all know a change, p99", *(f"{size:,}" for size in sizes)], body), plot


# A storm: a tenth of the nodes dies, and its clients come to the others.

@dataclass
class Storm:
    nodes: int = 1000
    dead: int = 100
    clients_each: int = 10_000
    spread: float = 10      # s over which clients come the first time
    patience: float = 10    # s a client waits for its subscription, then it goes and comes again
    newest_first: bool = False
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
    """Work of many clients: [when they came, how many]. Who came first is served first, or last."""
    newest_first: bool = False
    waiting: deque = field(default_factory=deque)

    def add(self, came, count):
        if self.waiting and self.waiting[-1][0] == came:
            self.waiting[-1][1] += count
        elif count:
            self.waiting.append([came, count])

    def take(self, most):
        taken = []
        end = -1 if self.newest_first else 0
        while self.waiting and most > 0:
            came, count = self.waiting[end]
            some = min(count, most)
            taken.append((came, some))
            most -= some
            if some == count:
                del self.waiting[end]
            else:
                self.waiting[end][1] -= some
        return taken


def shares(count, parts, dice):
    """How many of count come to each part, evenly but for the rest."""
    each, rest = divmod(count, parts)
    numbers = [each] * parts
    for part in dice.sample(range(parts), rest):
        numbers[part] += 1
    return numbers


def storm(costs, aggregated, given):
    """Clients that wait after each step; all that a node does for others has one core, and its clients the other."""
    dice = random.Random(SEED)
    steps, patience = int(given.until / given.step), int(given.patience / given.step)
    owners = given.left if aggregated else min(given.left, capacity.PARTITIONS)
    if aggregated:
        # To the relay, and to the home; each in a batch.
        put, heard = 2 * ENTRY_US / 1e6, 0
    else:
        put, heard = (capacity.PUT_MESSAGES + given.left - 1) * costs.message, costs.message
    connects = [Queue() for _ in range(given.left)]
    puts = [Queue(given.newest_first) for _ in range(owners)]
    due = [0] * (steps + 1)
    first = max(1, int(given.spread / given.step))
    for step, count in enumerate(shares(given.lost, first, dice)):
        due[step] = count
    unfinished, tries = {}, {}
    back, events, removed, told = 0, 0.0, 0, []
    debt = [0.0] * owners
    for step in range(steps):
        # Who has waited for too long goes, and comes again later. The registration is taken out again.
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
        # One core of each node takes clients in.
        whole = int(given.step / (costs.connect + costs.registration))
        registering = {}
        for queue in connects:
            for came, some in queue.take(whole):
                registering[came] = registering.get(came, 0) + some
        for came, count in registering.items():
            for queue, some in zip(puts, shares(count, owners, dice)):
                queue.add(came, some)
        # The other hears of changes first, as they come, and then tells of its own.
        hearing = min(events * heard, given.step * 0.9)
        events -= hearing / heard if heard else 0
        for number, queue in enumerate(puts):
            budget = given.step - hearing + debt[number]
            most = int(budget / put)
            done = queue.take(most)
            used = sum(some for _, some in done) * put
            debt[number] = min(budget - used, put) if queue.waiting else 0
            for came, some in done:
                events += some
                if came in unfinished:
                    unfinished[came] -= some
                    back += some
                else:
                    # Nobody waits for it any more: it is taken out again, which is one more change.
                    removed += some
                    debt[number] -= some * put
                    events += some
        told.append(given.lost - back)
        if back == given.lost:
            break
    return told, removed


def when(told, share, given):
    """s until so many of the clients are back."""
    for step, waiting in enumerate(told):
        if waiting <= given.lost * (1 - share):
            return f"{(step + 1) * given.step:,.0f} s"
    return f"not in {given.until:,.0f} s"


def storms(costs):
    """By design, nodes, how soon clients come and how long they wait."""
    body, plot = [], {}
    for design, nodes, spread, patience in (
            ("today", 100, 10, 10), ("today", 300, 10, 10), ("today", 1000, 10, 10), ("today", 1000, 10, None),
            ("today", 1000, 60, 10), ("today", 1000, 300, 10), ("today, newest first", 1000, 10, 10), ("aggregated", 1000, 10, 10), ("aggregated", 1000, 60, 10)):
        given = Storm(nodes=nodes, dead=nodes // 10, spread=spread, newest_first="newest" in design)
        given.patience = patience or given.until
        told, wasted = storm(costs, design == "aggregated", given)
        waits = f"{patience} s" if patience else "as long as it takes"
        body.append([design, f"{nodes:,}", f"{given.lost:,}", f"{spread} s", waits, when(told, 0.5, given), when(told, 0.99, given), f"{wasted:,}"])
        if nodes == 1000 and spread == 10:
            short = design.replace("today, newest", "newest")  # beside the plot there is little room
            plot[f"{short}, {patience} s" if patience else f"{short}, patient"] = [
                ((step + 1) * given.step, max(waiting, 1000)) for step, waiting in enumerate(told)]
    return table(["", "nodes", "clients", "come within", "each waits", "half is back", "99 % are", "registrations made for nobody"], body), plot


def fan_out(costs):
    """CPU of the node that has the most to do for one publication on a channel that all nodes listen to."""
    hop = capacity.fit(capacity.Measured()).hop / 2
    plot = {"today": [], "aggregated": []}
    for nodes in (10, 30, 100, 300, 1000):
        plot["today"].append((nodes, (nodes - 1) * hop / 1000))
        groups = -(-nodes // GROUP)
        # The home tells the relays of all groups; a relay tells its group. Each hears it once, too.
        plot["aggregated"].append((nodes, (max(groups, min(nodes, GROUP) - 1) + 1) * hop / 1000))
    return plot


def axis(points):
    """Few marks, so that the words below do not touch each other."""
    marks = (1, 2, 5, 10, 20, 50, 100, 200, 500)
    return [(mark, min(points, key=lambda point: abs(point[0] - mark))[1]) for mark in marks
            if points[0][0] <= mark <= points[-1][0]]


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
