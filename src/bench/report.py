"""Makes the tables and plots of measured.md, and the summary of performance.md, from the measured data."""

import json
import os
import re
import statistics

import svg

BEGIN = "<!-- measured: begin -->"
END = "<!-- measured: end -->"
SUMMARY_BEGIN = "<!-- summary: begin -->"
SUMMARY_END = "<!-- summary: end -->"
CPU = "server_cpu_us_per_delivery"
CONNECTION = "server_cpu_us_per_connection"
WS, TCP = "nats-ws", "nats-tcp"
OURS = ["bridge", "bridge-sockjs", "stomp-ws", "stomp-tcp"]
ALSO_OURS = ("requests-java", "requests-js", "requests-worker", "socketio", "socketio-upgraded", "socketio-polling", "pusher", "triggers", "wss", "wss-jdk", "json", "json-deflate")

# row: its title, and the limits from other servers as (ours, key, share, server)
BARS = {
    "fan-out": [("bridge", CPU, 0.6, WS), ("bridge-io-uring", CPU, 0.6, WS), ("bridge-sockjs", CPU, 0.6, WS), ("stomp-ws", CPU, 0.7, WS),
                ("stomp-tcp", CPU, 0.7, TCP)],
    "one": [("bridge", CPU, 0.65, WS), ("bridge-sockjs", CPU, 0.65, WS), ("stomp-ws", CPU, 0.65, WS),
            ("stomp-tcp", CPU, 0.65, TCP), ("bridge-io-uring", CPU, 0.65, WS),
            ("bridge", CPU, 1.2, "floor"), ("stomp-tcp", CPU, 1.2, "floor"),
            ("bridge-io-uring", CPU, 1.2, "floor")],
    "stream": [("bridge-stream", CPU, 2, "bridge"), ("stomp-ws-stream", CPU, 2, "stomp-ws")],
    "socketio": [("socketio", CPU, 0.2, "socketio-node"), ("socketio-upgraded", CPU, 0.2, "socketio-upgraded-node")],
    "socketio-one": [("socketio", CPU, 0.6, "socketio-node")],
    "socketio-polling": [("socketio-polling", CPU, 1, "socketio-polling-node")],
    "pusher": [("pusher", CPU, 0.6, "soketi")],
    "pusher-one": [("pusher", CPU, 1, "soketi")],
    "rate": [(ours, key, share, TCP if ours == "stomp-tcp" else WS) for ours in OURS
             for key, share in ((CPU, 0.8), ("p99_ms", 1))],
    "channels": [(ours, CPU, 0.8, TCP if ours == "stomp-tcp" else WS) for ours in OURS],
    "big": [(ours, CPU, share, peer) for ours in OURS
            for share, peer in ((0.4, TCP if ours == "stomp-tcp" else WS), (0.6, "node-ws"))],
    "echo": [("busbar", CPU, 0.8, "node-ws"), ("busbar", "p99_ms", 1, "node-ws"),
             ("busbar-io-uring", CPU, 0.8, "node-ws"), ("busbar-io-uring", "p99_ms", 1, "node-ws"),
             ("busbar-one-loop", CPU, 0.8, "node-ws"), ("busbar-one-loop", "p99_ms", 1, "node-ws")],
    **{row: [("busbar-memory", CPU, 0.5, "rabbitmq-transient"), ("busbar-disk", CPU, 0.5, "rabbitmq-persistent")]
       for row in ("queue-1", "queue-10")},
    **{row: [("wss", key, 1, "wss-uws"), ("wss", key, 0.5, "wss-nats")]
       for row, key in (("wss", CPU), ("wss-one", CPU), ("wss-big", CPU),
                        ("wss-connect", CONNECTION), ("wss-resumed", CONNECTION))},
    **{row: [("json-deflate", CPU, 1.3, "json"), ("json-deflate", CPU, 0.3, "json-ws-deflate")] for row in ("deflate", "deflate-one")},
    "connect": [("bridge", "wall_s", 1, "node-ws"), ("bridge", "cpu_s", 2, "node-ws")],
}
# with the same number of event loops as it has threads
for row in ("fan-out", "one", "rate", "channels", "big"):
    BARS[row] = [*BARS[row], ("bridge-one-loop", CPU, 1, "uws"), ("bridge-one-loop-io-uring", CPU, 0.85, "uws"), ("bridge-one-loop", "p99_ms", 1, "uws")]
FIXED = {"idle": [("bridge", "kib_per_connection", 8), ("stomp-tcp", "kib_per_connection", 8),
                  ("socketio", "kib_per_connection", 5), ("pusher", "kib_per_connection", 5)],
         "wss-idle": [("wss", "kib_per_connection", 12)],
         "triggers": [("triggers", "server_cpu_us_per_answer", 100)],
         "start": [("plain", "cpu_s", 1)]}
# the servers that must cost the same at both ends of a plot
FLAT = 1.2
GROWTH = ["growth-subscribers", "growth-one", "growth-channels"]
WORDS = {CPU: "CPU per delivery", "server_cpu_us_per_answer": "CPU per request", CONNECTION: "CPU per connection", "p99_ms": "p99", "kib_per_connection": "memory per connection",
         "cpu_s": "CPU", "wall_s": "time", "per_s": "deliveries/s"}
OVERVIEW = ["fan-out", "one", "rate", "channels", "big"]
LOAD = [
    ("fan-out", "Fan-out: 500 subscribers, 8 publishes outstanding, 128 bytes"),
    ("one", "One message at a time: the same with 1 outstanding"),
    ("socketio", "Socket.IO over a WebSocket: 500 subscribers, 8 publishes outstanding, 128 bytes"),
    ("socketio-one", "Socket.IO, one message at a time"),
    ("socketio-polling", "Socket.IO by polling: 500 subscribers, 8 publishes outstanding, 128 bytes"),
    ("pusher", "Pusher's client events: 500 subscribers, 8 outstanding, 128 bytes"),
    ("pusher-one", "Pusher's client events, one at a time"),
    ("rate", "Steady: 200 publishes a second to 500"),
    ("channels", "Many channels: 2,000 subscribers in 200 channels, 200 publishers"),
    ("big", "Big messages: 16 KiB to 100 subscribers"),
    ("echo", "Round trips: 200 connections, each waits for its echo"),
    ("requests", "Requests: 100 clients, each waits for its answer; the CPU of what answers is in it"),
    ("wss", "Over TLS, Busbar with one event loop: 500 subscribers, 8 publishes outstanding, 128 bytes"),
    ("wss-one", "Over TLS, one message at a time"),
    ("wss-big", "Over TLS, big messages: 16 KiB to 100 subscribers"),
    ("deflate", "With permessage-deflate and without, Busbar with one event loop: 500 subscribers, 8 publishes outstanding, 1 KiB of JSON"),
    ("deflate-one", "With permessage-deflate and without, one message at a time"),
    ("stream", "A channel with a history beside a plain one: 500 subscribers, 8 publishes outstanding, 128 bytes"),
]
QUEUES = [
    ("queue-1", "A queue: one producer and one consumer, 128 bytes, as fast as it goes"),
    ("queue-10", "A queue: ten producers and ten consumers, as fast as it goes"),
    ("queue-rate", "A queue: ten producers and ten consumers, 2,000 messages a second in all"),
]
# the promise of RabbitMQ to which one of ours is compared
SAME_PROMISE = {"busbar-memory": "rabbitmq-transient", "busbar-disk": "rabbitmq-persistent"}
PLOTS = [
    ("growth-subscribers", "CPU per delivery, by subscribers of one channel, 8 outstanding", "subscribers"),
    ("growth-one", "The same with 1 outstanding: a write for each message and client", "subscribers"),
    ("growth-channels", "CPU per delivery, by channels (20,000 deliveries/s)", "channels"),
    ("growth-size", "CPU per delivery, by size of the message", "bytes"),
]


# head: the label in the rows without TLS, and the label in the rows over TLS
COLUMNS = {"two event loops": ("bridge", None), "one loop": ("bridge-one-loop", "wss"), "one loop, io_uring": ("bridge-one-loop-io-uring", None),
           "STOMP, TCP": ("stomp-tcp", None), "uWebSockets": ("uws", "wss-uws"), "NATS, WebSocket": ("nats-ws", "wss-nats"),
           "ws on Node": ("node-ws", None), "floor": ("floor", None)}
SUMMARY = [("fan-out", "500 subscribers, 8 outstanding", CPU), ("one", "500 subscribers, one at a time", CPU), ("rate", "500 subscribers, 200 a second", CPU),
           ("channels", "200 channels", CPU), ("big", "16 KiB to 100", CPU), ("wss", "TLS, 8 outstanding", CPU), ("wss-one", "TLS, one at a time", CPU),
           ("wss-big", "TLS, 16 KiB", CPU), ("wss-connect", "TLS, a full handshake", CONNECTION)]


def is_ours(label):
    return label.startswith((*OURS, "busbar")) or label in ALSO_OURS


def middle(runs, key):
    values = [run[key] for run in runs if key in run]
    return statistics.median(values) if values else None


def spread(runs, key, form="{:.2f}"):
    values = sorted(run[key] for run in runs if key in run)
    if not values:
        return "–"
    if len(values) == 1:
        return form.format(values[0])
    return f"{form.format(statistics.median(values))} ({form.format(values[0])} – {form.format(values[-1])})"


def table(head, body):
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)] + [
        "| " + " | ".join(str(cell) for cell in cells) + " |" for cells in body] + [""]


def load_table(row, words):
    body = []
    for label, runs in sorted(row.items(), key=lambda entry: middle(entry[1], CPU)):
        name = f"**{label}**" if is_ours(label) else label
        body.append([name, spread(runs, CPU), f"{middle(runs, 'per_s'):,.0f}",
                     spread(runs, "p99_ms", "{:.1f}")])
    return [f"### {words}", ""] + table(["", "CPU, µs each", "a second", "p99, ms"], body)


def queue_table(row, words):
    """Each of ours and the one of RabbitMQ with the same promise; messages lost or delivered twice in any round."""
    body = []
    for label, runs in row.items():
        peer = row.get(SAME_PROMISE.get(label))
        share = f"{middle(runs, CPU) / middle(peer, CPU):.2f}" if peer and middle(peer, CPU) else "–"
        body.append([f"**{label}**" if label in SAME_PROMISE else label, spread(runs, CPU), share,
                     f"{middle(runs, 'per_s'):,.0f}", spread(runs, "p50_ms", "{:.1f}"),
                     spread(runs, "p99_ms", "{:.1f}"), *(sum(run[key] for run in runs) for key in ("lost", "duplicates"))])
    return [f"### {words}", ""] + table(
        ["", "CPU, µs each", "CPU / RabbitMQ's", "a second", "p50, ms", "p99, ms", "lost", "twice"], body)


def verdicts(rows):
    """Each limit, with the measured value."""
    body = []
    for name, bars in BARS.items():
        for ours, key, share, peer in bars:
            row = rows.get(name, {})
            if ours in row and peer in row and middle(row[peer], key):
                ratio = middle(row[ours], key) / middle(row[peer], key)
                said = "yes" if ratio <= share else "**no**"
                body.append([name, ours, f"{WORDS[key]} / {peer}", f"≤ {share:g}", f"{ratio:.2f}", said])
    for name, bars in FIXED.items():
        for ours, key, most in bars:
            if ours in rows.get(name, {}):
                value = middle(rows[name][ours], key)
                said = "yes" if value <= most else "**no**"
                unit = " KiB" if "kib" in key else " µs" if "_us_" in key else " s"
                body.append([name, ours, WORDS[key], f"≤ {most}{unit}", f"{value:.2f}{unit}", said])
    return ["### Against the bars", ""] + table(
        ["row", "", "ratio or value", "bar", "measured", "met"], body + flatness(rows))


def flatness(rows):
    """The limits of Busbar, and the values of the other servers."""
    body = []
    for name in GROWTH:
        for label, runs in rows.get(name, {}).items():
            points = series(runs, CPU)
            (least, first), (most, last) = points[0], points[-1]
            ours = label.startswith((*OURS, "busbar"))
            met = "yes" if last <= FLAT * first else "**no**"
            body.append([name, label, f"CPU per delivery, {most:,} / {least:,}", f"≤ {FLAT}" if ours else "–",
                         f"{last / first:.2f}", met if ours else "–"])
    return body


def simple(words, rows, name, columns):
    """A table with a line per label: columns are (head, key, format)."""
    if name not in rows:
        return []
    body = [[label] + [spread(runs, key, form) for _, key, form in columns]
            for label, runs in rows[name].items()]
    return [f"### {words}", ""] + table([""] + [head for head, _, _ in columns], body)


def slow_table(rows):
    if "slow" not in rows:
        return []
    body = []
    for label, runs in rows["slow"].items():
        profile, policy, stuck = label.split()
        counted = {}
        for run in runs:
            for key, value in run.get("counted", {}).items():
                counted[key.replace("busbar_", "")] = counted.get(key.replace("busbar_", ""), 0) + value
        words = ", ".join(f"{key} {value / len(runs):,.0f}" for key, value in sorted(counted.items()))
        body.append([profile, policy, stuck, spread(runs, "p99_ms", "{:.1f}"),
                     f"{max(run['outbox_kib'] for run in runs):,.0f}", words or "–"])
    return ["### Clients that stop reading, beside 500 that read", "",
            "4 KiB 40 times a second; the outbox of one is 256 KiB, of all 16 MiB.", ""] + table(
        ["", "policy", "stuck", "the others' p99, ms", "outboxes at most, KiB", "counted"], body)


def series(runs, key):
    """The median of the runs at each place of the plot, in order."""
    by_x = {}
    for run in runs:
        by_x.setdefault(run["x"], []).append(run)
    return [(x, middle(some, key)) for x, some in sorted(by_x.items())]


def summary(rows):
    """Busbar and the fastest of the others: µs of CPU, and p99 of the same rows."""
    told = []
    for words, column in (("µs of CPU for each delivery, or for each connection", None), ("p99 in ms", "p99_ms")):
        body = []
        for name, load, key in SUMMARY:
            row = rows.get(name, {})
            if column and key == CONNECTION:
                continue
            labels = [over if name.startswith("wss") else plain for plain, over in COLUMNS.values()]
            values = [middle(row[label], column or key) if label in row else None for label in labels]
            if any(values):
                digits = 0 if key == CONNECTION else 1 if column else 2
                body.append([load] + ["" if value is None else f"{value:,.{digits}f}" for value in values])
        told += table([words] + list(COLUMNS), body)
    return told


def between(page, begin, end, told):
    with open(page) as file:
        before, rest = file.read().split(begin)
        after = rest.split(end)[1]
    with open(page, "w") as file:
        file.write(before + begin + "\n" + "\n".join(told) + end + after)
    print("rendered", os.path.normpath(page))


def growth_table(head, form, lines):
    xs = sorted({x for points in lines.values() for x, _ in points})
    return table([head] + [f"{x:,}" for x in xs],
                 [[label] + [form.format(dict(points)[x]) if x in dict(points) else "–" for x in xs]
                  for label, points in lines.items()])


def growth(rows, site):
    told = []
    for name, title, x_words in PLOTS:
        if name not in rows:
            continue
        lines = {label: series(runs, CPU) for label, runs in rows[name].items()}
        write(site, name, svg.lines(title, x_words, "µs of CPU", lines))
        told += [f"![{title}](../resources/performance/{name}.svg)", ""]
        told += growth_table(x_words, "{:.2f}", lines)
        if name == "growth-subscribers":
            told += ["Messages in a segment, that is in one write to a client, of the same runs:", ""]
            told += growth_table(x_words, "{:.1f}", {
                label: [(x, mean or 0) for x, mean in series(runs, "deliveries_per_segment")]
                for label, runs in rows[name].items()})
    return told


def write(site, name, text):
    folder = os.path.join(site, "resources", "performance")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name + ".svg"), "w") as file:
        file.write(text)


def overview(rows, site):
    groups = {}
    for name, words in LOAD:
        row = rows.get(name, {}) if name in OVERVIEW else {}
        values = {label: middle(runs, CPU) for label, runs in row.items()
                  if not label.startswith("rabbitmq")}
        if values:
            groups[words] = values
    if groups:
        write(site, "overview", svg.bars("Server CPU per delivered message, µs: less is better", groups))


def machine_words(machine):
    names = {"nats": "NATS", "node": "ws 8.23 on Node", "rabbitmq": "RabbitMQ"}
    peers = [f"{name} {re.search('[0-9][0-9.]*', machine[key])[0].rstrip('.')}"
             for key, name in names.items() if machine.get(key)]
    return (f"Measured {machine['date']} on {machine['cores']} cores ({machine['processor']}), Linux "
            f"{machine['kernel'].split('-')[0]}, {machine['java']}, `-Xmx512m`. Peers: {', '.join(peers)}. "
            "Medians, with the least and the most of the rounds. Ours are **bold**.")


def render(data_file, site):
    with open(data_file) as file:
        data = json.load(file)
    rows = data["rows"]
    overview(rows, site)
    told = [machine_words(data["machine"]), ""] + verdicts(rows)
    for name, words in LOAD:
        if name in rows:
            told += load_table(rows[name], words)
    for name, words in QUEUES:
        if name in rows:
            told += queue_table(rows[name], words)
    told += simple("Pusher's HTTP API on one core: 50 connections that are kept, each triggers one event after the other", rows, "triggers", [
        ("CPU, µs each", "server_cpu_us_per_answer", "{:.1f}"), ("a second", "answers_per_s", "{:,.0f}")])
    told += simple("Idle connections, one subscription each", rows, "idle", [
        ("connections", "connections", "{:,.0f}"), ("KiB resident each", "kib_per_connection", "{:.1f}"),
        ("MiB idle", "idle_mib", "{:.0f}"), ("MiB with them", "resident_mib", "{:.0f}")])
    told += simple("Idle connections over TLS, one subscription each", rows, "wss-idle", [
        ("connections", "connections", "{:,.0f}"), ("KiB resident each", "kib_per_connection", "{:.1f}"),
        ("MiB idle", "idle_mib", "{:.0f}"), ("MiB with them", "resident_mib", "{:.0f}")])
    told += simple("Idle connections with permessage-deflate and without, one subscription each", rows, "deflate-idle", [
        ("connections", "connections", "{:,.0f}"), ("KiB resident each", "kib_per_connection", "{:.1f}"),
        ("KiB of live heap in all", "heap_kib", "{:,.0f}"),
        ("MiB idle", "idle_mib", "{:.0f}"), ("MiB with them", "resident_mib", "{:.0f}")])
    for name, words in (("wss-connect", "a full handshake"), ("wss-resumed", "a resumed session")):
        told += simple(f"4,000 clients connect over TLS, each with {words}, and subscribe", rows, name, [
            ("CPU, µs each", CONNECTION, "{:.0f}"), ("seconds", "setup_s", "{:.2f}"), ("resumed", "resumed", "{:,.0f}")])
    told += simple("5,000 clients connect and subscribe", rows, "connect", [
        ("seconds", "wall_s", "{:.2f}"), ("seconds of server CPU", "cpu_s", "{:.2f}")])
    told += simple("Start, from `java -jar` to the ready line", rows, "start", [
        ("seconds of CPU", "cpu_s", "{:.2f}"), ("seconds", "wall_s", "{:.2f}")])
    told += simple("The first 2,000 clients of a node that has just started", rows, "cold", [
        ("its start, seconds of CPU", "start_cpu_s", "{:.2f}"), ("CPU, ms each", "cpu_ms_each", "{:.2f}"), ("seconds", "wall_s", "{:.2f}")])
    told += growth(rows, site)
    told += simple("Two nodes: published on one, 500 subscribers on the other, 8 outstanding", rows,
                   "cluster", [("CPU of all servers, µs each", CPU, "{:.2f}"),
                               ("a second", "per_s", "{:,.0f}"), ("p99, ms", "p99_ms", "{:.1f}")])
    told += simple("200 clients subscribe to 50 channels each, of their own, one after the other", rows, "registrations", [
        ("registrations a second", "registrations_per_s", "{:,.0f}"), ("seconds of CPU", "cpu_s", "{:.2f}")])
    told += simple("A third node joins under 50,000 deliveries a second between two", rows, "third-node", [
        ("p99, ms", "p99_ms", "{:.1f}"), ("p99.9, ms", "p999_ms", "{:.1f}"), ("lost", "lost", "{:,.0f}"),
        ("its start, s", "wall_s", "{:.2f}"), ("its CPU, s", "cpu_s", "{:.2f}")])
    told += slow_table(rows)
    told += simple("100 clients of another channel, 50 publishes a second, beside one that floods", rows,
                   "greedy", [("p50, ms", "p50_ms", "{:.1f}"), ("p99, ms", "p99_ms", "{:.1f}"),
                              ("worst /health, ms", "health_ms", "{:.0f}")])
    told += simple("Three times 5,000 connects, as fast as they come", rows, "storm", [
        ("seconds for 5,000", "wall_s", "{:.2f}"), ("worst /health, ms", "health_ms", "{:.0f}")])
    pages = os.path.join(site, "markdown")
    between(os.path.join(pages, "measured.md"), BEGIN, END, told)
    between(os.path.join(pages, "performance.md"), SUMMARY_BEGIN, SUMMARY_END, summary(rows))
