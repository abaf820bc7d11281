"""The rows of the table: the measurement, the servers and the load of each."""

import contextlib
import hashlib
import hmac
import json
import os
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request

from servers import Busbar, Nats, Script, cpu_seconds, free_port, resident_kib, wait_for

TOLD = ("server_cpu_us_per_delivery", "server_cpu_us_per_answer", "answers_per_s", "per_s", "p99_ms", "kib_per_connection", "wall_s", "cpu_s",
        "server_cpu_us_per_connection", "resumed", "outbox_kib", "registrations_per_s", "health_ms", "dead", "lost", "duplicates", "redelivered")

# label: server, profile, port of the profile
CONTESTANTS = {
    "floor-batch": ("floor-batch", "ws-broadcast", "port"),
    "floor": ("floor", "ws-broadcast", "port"),
    "bridge": ("busbar", "bridge", "http"),
    "bridge-sockjs": ("busbar", "bridge-sockjs", "http"),
    "stomp-ws": ("busbar", "stomp-ws", "http"),
    "stomp-tcp": ("busbar", "stomp-tcp", "stomp"),
    "bridge-io-uring": ("busbar-io-uring", "bridge", "http"),
    "stomp-tcp-io-uring": ("busbar-io-uring", "stomp-tcp", "stomp"),
    "bridge-one-loop": ("busbar-one-loop", "bridge", "http"),
    "bridge-one-loop-io-uring": ("busbar-one-loop-io-uring", "bridge", "http"),
    "uws": ("uws-plain", "bridge", "port"),
    "bridge-stream": ("busbar-streams", "bridge", "http"),
    "stomp-ws-stream": ("busbar-streams", "stomp-ws", "http"),
    "socketio": ("busbar-socketio", "socketio", "http"),
    "socketio-node": ("node-socketio", "socketio", "port"),
    "pusher": ("busbar-pusher", "pusher", "http"),
    "soketi": ("soketi", "pusher", "port"),
    "socketio-upgraded": ("busbar-socketio", "socketio-upgraded", "http"),
    "socketio-upgraded-node": ("node-socketio", "socketio-upgraded", "port"),
    "socketio-polling": ("busbar-socketio", "socketio-polling", "http"),
    "socketio-polling-node": ("node-socketio", "socketio-polling", "port"),
    "triggers": ("busbar-one-core", "triggers", "http"),
    "nats-ws": ("nats", "nats-ws", "websocket"),
    "nats-tcp": ("nats", "nats-tcp", "tcp"),
    "node-ws": ("node", "ws-broadcast", "port"),
    "wss": ("busbar-tls", "bridge", "http"),
    "wss-jdk": ("busbar-tls-jdk", "bridge", "http"),
    "wss-uws": ("uws", "bridge", "port"),
    "wss-nats": ("nats-tls", "nats-ws", "websocket"),
    "json": ("busbar-one-loop", "bridge-json", "http"),
    "json-deflate": ("busbar-deflate", "bridge-json", "http"),
    "json-ws": ("node", "ws-json", "port"),
    "json-ws-deflate": ("node-deflate", "ws-json", "port"),
    "rabbitmq-ws": ("rabbitmq", "stomp-ws", "websocket"),
    "rabbitmq-tcp": ("rabbitmq", "stomp-tcp", "stomp"),
}
TOKEN = "a-token-of-16-or-more"
OURS = ["bridge", "bridge-sockjs", "stomp-ws", "stomp-tcp"]
# label: server, queue, further options of the load
QUEUES = {
    "busbar-memory": ("busbar-queues", "/queue/public.bench", ()),
    "busbar-disk": ("busbar-queues-disk", "/queue/public.bench", ()),
    "rabbitmq-transient": ("rabbitmq", "/queue/transient", ()),
    "rabbitmq-persistent": ("rabbitmq", "/queue/persistent", ("-x", "persistent:true")),
}
OVER_TLS = ["wss", "wss-jdk", "wss-uws", "wss-nats"]
DEFLATED = ["json", "json-deflate", "json-ws", "json-ws-deflate"]
ON_IO_URING = ["bridge-io-uring", "stomp-tcp-io-uring"]
# uWebSockets has one event loop, so it is compared with Busbar with one.
ONE_LOOP = ["bridge-one-loop", "bridge-one-loop-io-uring", "uws"]


def found(bench, label):
    """The server, profile and port of a label; None if the server is not installed."""
    name, profile, port = CONTESTANTS[label]
    server = bench.server(name)
    return (server, profile, getattr(server, port)) if server else None


def compare(bench, row, labels, *load, rounds=None, warm=True, warming=5, settle=1, **more):
    """Measures all servers in turn, once in each round. A JVM has the same load before, as a warm-up in seconds."""
    if warm:
        for label in labels:
            contestant = found(bench, label)
            if contestant and CONTESTANTS[label][0].startswith("busbar"):
                server, profile, port = contestant
                bench.fan(profile, port, server.pids, *load, seconds=warming, warm=2)
    for _ in range(rounds or bench.rounds):
        for label in labels:
            contestant = found(bench, label)
            if contestant:
                server, profile, port = contestant
                measured = bench.fan(profile, port, server.pids, *load, warm=settle)
                bench.record(row, label, measured, **more)


def fan_out(bench):
    compare(bench, "fan-out", ["floor-batch", "floor", *OURS, *ON_IO_URING, *ONE_LOOP, "nats-ws", "nats-tcp", "node-ws",
                               "rabbitmq-ws", "rabbitmq-tcp"], "-n", 500, "-w", 8)


def one(bench):
    compare(bench, "one", ["floor", *OURS, *ON_IO_URING, *ONE_LOOP, "nats-ws", "nats-tcp", "node-ws", "rabbitmq-ws"],
            "-n", 500, "-w", 1)
    bench.stop("rabbitmq")


def rate(bench):
    compare(bench, "rate", [*OURS, *ON_IO_URING, *ONE_LOOP, "nats-ws", "nats-tcp"], "-n", 500, "-r", 200)


def channels(bench):
    compare(bench, "channels", [*OURS, *ONE_LOOP, "nats-ws", "nats-tcp"],
            "-n", 2000, "-g", 200, "-m", 200, "-w", 2)


def big(bench):
    compare(bench, "big", ["floor", *OURS, *ONE_LOOP, "nats-ws", "nats-tcp", "node-ws"],
            "-n", 100, "-w", 8, "-s", 16384)


def echo(bench):
    """Node has one thread, so Busbar is also measured with one event loop."""
    busbar = bench.server("busbar")
    single = bench.server("busbar-one-loop")
    ring = bench.server("busbar-io-uring")
    contestants = {"busbar": (busbar, "http"), "busbar-one-loop": (single, "http"),
                   "busbar-io-uring": (ring, "http"), "node-ws": (bench.server("node"), "port")}
    load = ("-e", "-n", 200)
    for server in filter(None, (busbar, single, ring)):
        bench.fan("ws-echo", server.http, server.pids, *load, seconds=3, warm=2)
    for _ in range(bench.rounds + 2):
        for label, (server, port) in contestants.items():
            if server:
                measured = bench.fan("ws-echo", getattr(server, port), server.pids, *load)
                bench.record("echo", label, measured)


def requests(bench):
    """Requests to a feature in Java, one in JavaScript and a worker in Python, compared with a Python
    service of NATS."""
    load = ("-e", "-n", 100)
    settings = ["permissions=[{address: echo, allow: [send, subscribe]}]", "limits.messages-per-second=1000000"]
    bare = [*settings, "features=[]", "services=[]"]
    contestants = {}
    with contextlib.ExitStack() as stack:
        def start(server):
            stack.callback(server.stop)
            return server

        java = start(Busbar(bench.jar, *settings, name="requests-java"))
        contestants["requests-java"] = ("bridge-request", java.http, java.pids, ())
        script = start(Busbar(bench.jar, *bare, "deploy.enabled=true", f"admin.token={TOKEN}",
                              f"data={bench.work}/script", name="requests-js"))
        if deploy(script, "vertx.eventBus().consumer('echo', asked => asked.reply(asked.body));"):
            contestants["requests-js"] = ("bridge-request", script.http, script.pids, ())
        served = start(Busbar(bench.jar, *bare, "tcp-bridge.enabled=true", "tcp-bridge.port=0", name="requests-worker"))
        bridge = re.search(r"tcp-bridge://127\.0\.0\.1:(\d+)", served.ready_line)[1]
        worker = start(Script("bus_worker.py", "127.0.0.1", bridge, "echo"))
        contestants["requests-worker"] = ("bridge-request", served.http, f"{served.pids},{worker.pid}", ())
        nats = bench.server("nats")
        if nats:
            service = start(Script("nats_service.py", "127.0.0.1", nats.tcp, "echo"))
            contestants["requests-nats"] = ("nats-request", nats.tcp, f"{nats.pids},{service.pid}", ("-g", 100))
        for profile, port, pids, more in contestants.values():
            bench.fan(profile, port, pids, *load, *more, seconds=5, warm=3)
        for _ in range(bench.rounds):
            for label, (profile, port, pids, more) in contestants.items():
                bench.record("requests", label, bench.fan(profile, port, pids, *load, *more))


def deploy(server, script):
    """False if the node has no JavaScript."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.admin}/api/features?script=echo.js", script.encode(), method="POST",
        headers={"Authorization": f"Bearer {TOKEN}"})
    try:
        urllib.request.urlopen(request, timeout=60).close()
        return True
    except urllib.error.HTTPError as error:
        print("not measured: JavaScript:", error.read().decode())
        return False


def over_tls(bench, row, *load):
    if bench.tls:
        compare(bench, row, OVER_TLS, "-S", *load, warming=15)


def wss(bench):
    """The same as fan-out, over TLS. Busbar has one event loop, like uWebSockets."""
    over_tls(bench, "wss", "-n", 500, "-w", 8)


def wss_one(bench):
    over_tls(bench, "wss-one", "-n", 500, "-w", 1)


def wss_big(bench):
    over_tls(bench, "wss-big", "-n", 100, "-w", 8, "-s", 16384)


def connects_over_tls(bench, row, way):
    """Clients that connect and subscribe. The first turns are the JVM's warm-up."""
    if not bench.tls:
        return
    warming = 2 if bench.quick else 8
    for turn in range(warming + bench.rounds):
        for label in OVER_TLS:
            contestant = found(bench, label)
            if contestant:
                server, profile, port = contestant
                measured = bench.fan(profile, port, server.pids, "-i", way, "-n", 4000, "-c", 50, seconds=0.01, warm=0)
                if turn >= warming:
                    bench.record(row, label, measured)


def wss_connect(bench):
    connects_over_tls(bench, "wss-connect", "-S")


def wss_resumed(bench):
    connects_over_tls(bench, "wss-resumed", "-Z")
    bench.stop("busbar-tls", "busbar-tls-jdk", "uws", "nats-tls")


def by_compression(bench, row, *load):
    """Objects of 1 KiB that compress like real messages, with permessage-deflate and without. Busbar has one event
    loop, like Node."""
    contestants = [(label, found(bench, label), ("-s", 1024, *load, *(("-D",) if label.endswith("deflate") else ()))) for label in DEFLATED]
    contestants = [one for one in contestants if one[1]]
    for _, (server, profile, port), way in contestants:
        bench.fan(profile, port, server.pids, *way, seconds=5, warm=2)
    for _ in range(bench.rounds):
        for label, (server, profile, port), way in contestants:
            bench.record(row, label, bench.fan(profile, port, server.pids, *way))


def deflate(bench):
    by_compression(bench, "deflate", "-n", 500, "-w", 8)


def deflate_one(bench):
    by_compression(bench, "deflate-one", "-n", 500, "-w", 1)


def deflate_idle(bench):
    held(bench, "deflate-idle", ["json"])
    held(bench, "deflate-idle", ["json-deflate"], "-D")


def stream(bench):
    """A channel with a history, compared with a plain one."""
    compare(bench, "stream", ["bridge", "bridge-stream", "stomp-ws", "stomp-ws-stream"], "-n", 500, "-w", 8)


def socketio(bench):
    compare(bench, "socketio", ["socketio", "socketio-upgraded", "socketio-node", "socketio-upgraded-node"], "-n", 500, "-w", 8, "-s", 128)


def socketio_one(bench):
    compare(bench, "socketio-one", ["socketio", "socketio-node"], "-n", 500, "-w", 1, "-s", 128)


def socketio_polling(bench):
    """The subscribers poll, so each answer needs a request."""
    compare(bench, "socketio-polling", ["socketio-polling", "socketio-polling-node"], "-n", 500, "-w", 8, "-s", 128)


def pusher(bench):
    """Client events, which the apps of both servers accept."""
    compare(bench, "pusher", ["pusher", "soketi"], "-n", 500, "-w", 8, "-s", 128)


def pusher_one(bench):
    compare(bench, "pusher-one", ["pusher", "soketi"], "-n", 500, "-w", 1, "-s", 128)


def triggers(bench):
    """Pusher's HTTP API: 50 connections that stay open, one request outstanding each, the server on one core.
    soketi closes each connection after its answer."""
    data = json.dumps({"text": "x" * 100})
    body = json.dumps({"name": "bench", "channel": "public.bench0", "data": data})
    query = (f"auth_key=demo-key&auth_timestamp={int(time.time())}&auth_version=1.0"
             f"&body_md5={hashlib.md5(body.encode()).hexdigest()}")
    signed = hmac.new(b"demo-secret", f"POST\n/apps/3/events\n{query}".encode(), hashlib.sha256).hexdigest()
    head = (f"POST /apps/3/events?{query}&auth_signature={signed} HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n"
            f"Content-Type: application/json\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n")
    escaped = body.replace("\\", "\\\\")
    bench.profile("triggers", f"transport tcp\nagain {head}{escaped}\n")
    compare(bench, "triggers", ["triggers"], "-n", 50, "-m", 0)
    bench.stop("busbar-one-core")


def through_queue(bench, row, *load):
    """Measures all stores in turn, as in compare. Each has the same load before, because the JVM must be warm."""
    def measured(label, **times):
        name, queue, more = QUEUES[label]
        server = bench.server(name)
        return bench.queue(queue, server.stomp, server.pids, *more, *load, **times)

    labels = [label for label, (name, _, _) in QUEUES.items() if bench.server(name)]
    for label in labels:
        measured(label, seconds=8, warm=4)
    for _ in range(bench.rounds):
        for label in labels:
            bench.record(row, label, measured(label))


def queue_1(bench):
    through_queue(bench, "queue-1", "-m", 1, "-n", 1)


def queue_10(bench):
    through_queue(bench, "queue-10", "-m", 10, "-n", 10)


def queue_rate(bench):
    """The latency of a queue at a low rate. In the other rows the queue is never empty."""
    through_queue(bench, "queue-rate", "-m", 10, "-n", 10, "-r", 2000)
    bench.stop("busbar-queues", "busbar-queues-disk", "rabbitmq")


@contextlib.contextmanager
def holding(bench, profile, port, *load, seconds=120):
    """Connections that stay open during the block; the seconds until all were open."""
    command = bench.fan_command(profile, port, "", ["-i", "-t", seconds, *load])
    began = time.monotonic()
    fan = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        said = fan.stderr.readline()
        if "ready" not in said or "dead" in said:
            raise RuntimeError(f"not all connections are there: {said.strip()}")
        yield time.monotonic() - began
    finally:
        fan.kill()
        fan.wait()
        fan.stderr.close()


def settled(server):
    """Resident memory when it no longer changes, after a garbage collection if the server has one."""
    server.collect_garbage()
    time.sleep(1)
    server.collect_garbage()
    time.sleep(1)
    return resident_kib(int(server.pids))


def idle(bench):
    held(bench, "idle", ["bridge", "bridge-sockjs", "stomp-tcp", "socketio", "pusher", "uws", "nats-ws", "node-ws", "socketio-node", "soketi"])


def wss_idle(bench):
    if bench.tls:
        held(bench, "wss-idle", OVER_TLS, "-S")


def held(bench, row, labels, *way):
    count = 5000 if bench.quick else 15000
    for label in labels:
        name, profile, port = CONTESTANTS[label]
        bench.stop(name)
        contestant = found(bench, label)
        if not contestant:
            continue
        server, profile, port = contestant
        profile = "connect-only" if label == "node-ws" else profile
        for _ in range(3 if name.startswith("busbar") else 1):
            with holding(bench, profile, port, "-n", 1000, *way):
                pass
        time.sleep(1)
        before = settled(server)
        with holding(bench, profile, port, "-n", count, *way):
            after = settled(server)
            live = {"heap_kib": server.heap_kib()} if name.startswith("busbar") else {}
        bench.record(row, label, {
            "kib_per_connection": round((after - before) / count, 2), "connections": count,
            "idle_mib": round(before / 1024, 1), "resident_mib": round(after / 1024, 1), **live})
        bench.stop(name)


def connect(bench):
    """The first turns are the JVM's warm-up: 20,000 clients of each protocol; the same for the other servers."""
    count, warming = 5000, 1 if bench.quick else 4
    labels = ["bridge", "bridge-sockjs", "stomp-tcp", "nats-ws", "node-ws"]
    for turn in range(warming + bench.rounds):
        for label in labels:
            contestant = found(bench, label)
            if not contestant:
                continue
            server, profile, port = contestant
            profile = "connect-only" if label == "node-ws" else profile
            began = cpu_seconds(int(server.pids))
            with holding(bench, profile, port, "-n", count) as seconds:
                time.sleep(1)
                used = cpu_seconds(int(server.pids)) - began
            time.sleep(0.5)
            if turn >= warming:
                bench.record("connect", label, {"wall_s": round(seconds, 3), "cpu_s": round(used, 2),
                                                "connections": count})


def start(bench):
    archive = os.path.join(bench.work, "busbar.jsa")
    bench.end(bench.start(Busbar(bench.jar, java=("-XX:ArchiveClassesAtExit=" + archive,))))
    ways = {"plain": (), "cds": ("-XX:SharedArchiveFile=" + archive,)}
    for _ in range(bench.rounds + 2):
        for label, java in ways.items():
            server = bench.start(Busbar(bench.jar, java=java))
            bench.record("start", label, {"cpu_s": server.ready_cpu,
                                          "wall_s": round(server.ready_wall, 2)})
            bench.end(server)


def cold(bench):
    """The first 2,000 clients of a node that has just started, with the archive that the jar makes and without."""
    subprocess.run(["java", "-jar", bench.jar, "archive", "--directory", bench.work], check=True,
                   stdout=subprocess.DEVNULL)
    ways = {"plain": (), "archive": ("@" + os.path.join(bench.work, "busbar.options"),)}
    count = 2000
    for _ in range(bench.rounds):
        for label, java in ways.items():
            server = bench.start(Busbar(bench.jar, java=("-Xmx512m", *java)))
            with holding(bench, "bridge", server.http, "-n", count) as seconds:
                time.sleep(1)  # time for the JVM to compile code
                used = cpu_seconds(server.pid) - server.ready_cpu
            bench.record("cold", label, {"start_cpu_s": server.ready_cpu, "cpu_ms_each": round(used / count * 1000, 3),
                                         "wall_s": round(seconds, 2)})
            bench.end(server)


def growth_subscribers(bench):
    for count in [100, 300, 1000, 3000, 10000]:
        compare(bench, "growth-subscribers",
                ["floor-batch", "bridge", "bridge-one-loop", "stomp-tcp", "nats-ws", "nats-tcp"],
                "-n", count, "-w", 8, warm=count == 100, x=count)


def growth_one(bench):
    """One write for each message and client, so that the size of batches has no effect."""
    for count in [100, 300, 1000, 3000, 10000]:
        compare(bench, "growth-one", ["floor", "bridge", "stomp-tcp", "nats-ws", "nats-tcp"],
                "-n", count, "-w", 1, warm=count == 100, x=count)


def growth_channels(bench):
    """Ten subscribers a channel, 20,000 deliveries a second, from one channel to 10,000."""
    for count in [1, 10, 100, 1000, 10000]:
        clients = min(10 * count, 1000)
        load = ("-n", clients, "-g", count, "-x", 10 * count // clients, "-R", "-r", 2000)
        compare(bench, "growth-channels", ["bridge", "nats-ws"], *load,
                rounds=1, warm=count == 1, settle=2, x=count)


def growth_size(bench):
    for size in [64, 256, 1024, 4096, 16384, 65536]:
        compare(bench, "growth-size", ["bridge", "nats-ws", "floor"],
                "-n", 100, "-w", 8, "-s", size, rounds=1, warm=size == 64, x=size)


def cluster_settings(port, *others):
    members = ",".join(f"127.0.0.1:{other}" for other in others)
    return ("cluster.enabled=true", f"cluster.name=bench-{os.getpid()}", "cluster.host=127.0.0.1",
            f"cluster.port={port}", f"cluster.members=[{members}]")


def cluster(bench):
    bench.stop("busbar", "nats")
    ports = [free_port() for _ in range(3)]
    node = lambda i: bench.start(Busbar(bench.jar, *cluster_settings(ports[i], *ports), name=f"node {i}"))
    first, second = node(0), node(1)
    alone = bench.start(Busbar(bench.jar))
    pairs = {"one-node": ([alone], alone.stomp, alone.stomp),
             "two-nodes": ([first, second], second.stomp, first.stomp)}
    if bench.has("nats"):
        routes = [free_port(), free_port()]
        nats = [bench.start(Nats(f"nats {i}", routes, routes[i])) for i in range(2)]
        single = bench.start(Nats())
        pairs["one-nats"] = ([single], single.tcp, single.tcp)
        pairs["two-nats"] = (nats, nats[1].tcp, nats[0].tcp)
    profile = lambda label: "nats-tcp" if "nats" in label else "stomp-tcp"
    for turn in range(bench.rounds):
        for label, (servers, port, from_port) in pairs.items():
            pids = ",".join(server.pids for server in servers)
            warming = turn == 0 and bench.rounds > 1
            measured = bench.fan(profile(label), port, pids, "-n", 500, "-w", 8, "-q", from_port,
                                 seconds=8 if warming else None)
            for _ in range(6 if warming else 1):
                began = sum(cpu_seconds(server.pid) for server in servers)
                with holding(bench, profile(label), port, "-n", 200, "-g", 10000, "-x", 50) as seconds:
                    used = sum(cpu_seconds(server.pid) for server in servers) - began
                # Their channels stay registered for two seconds.
                time.sleep(3)
            if not warming:
                bench.record("cluster", label, measured)
                bench.record("registrations", label, {
                    "registrations_per_s": round(10000 / seconds), "cpu_s": round(used, 2)})
    for label in ("steady", "joined"):
        pids = ",".join(server.pids for server in (first, second))
        third = []
        joiner = threading.Timer(3, lambda: third.append(node(2)))
        if label == "joined":
            joiner.start()
        measured = bench.fan("stomp-tcp", second.stomp, pids, "-n", 500, "-r", 100,
                             "-q", first.stomp, seconds=10)
        if label == "joined":
            joiner.join()
            measured.update(wall_s=round(third[0].ready_wall, 2), cpu_s=third[0].ready_cpu)
        bench.record("third-node", label, measured)
    for server in list(bench.extra):
        bench.end(server)


class Watch:
    """Measures the slowest answer of /health and the most bytes in outboxes while it is open."""

    def __init__(self, server):
        self.server, self.stopping, self.health, self.outbox = server, threading.Event(), [], 0

    def __enter__(self):
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.before = self.server.metrics()
        self.thread.start()
        return self

    def run(self):
        while not self.stopping.wait(0.1):
            self.health.append(self.server.healthy_after())
            now = self.server.metrics()["busbar_outbox_bytes"]
            self.outbox = max(self.outbox, now)

    def __exit__(self, *failure):
        self.stopping.set()
        self.thread.join()
        now = self.server.metrics()
        counted = {key: value - self.before.get(key, 0) for key, value in now.items()
                   if key.startswith(("busbar_messages_dropped", "busbar_disconnects"))}
        self.counted = {key.replace("_total", ""): value for key, value in counted.items() if value}

    def told(self):
        return {"outbox_kib": round(self.outbox / 1024), "health_ms": round(max(self.health), 1),
                "counted": self.counted}


def slow(bench):
    """The latency of other clients while none, one and 200 clients have stopped reading, by policy."""
    bench.stop("busbar")
    load = ("-s", 4096, "-r", 40)
    for policy in ["disconnect", "drop-oldest", "latest"]:
        rule = "channels=[{address: public.*, overflow: %s}]" % policy
        server = bench.start(Busbar(bench.jar, rule, "limits.outbox=256KiB", "limits.outbox-total=16MiB"))
        for profile, port in (("bridge", server.http), ("stomp-tcp", server.stomp)):
            bench.fan(profile, port, server.pids, "-n", 500, *load, seconds=2, warm=2)
            for stuck in (0, 1, 200) if profile == "bridge" else (0, 1):
                with Watch(server) as watch:
                    measured = bench.fan(profile, port, server.pids, "-n", 500 + stuck,
                                         "-k", stuck, *load, seconds=4, warm=4)
                if measured:
                    bench.record("slow", f"{profile} {policy} {stuck}", {**measured, **watch.told()})
        bench.end(server)


def greedy(bench):
    """Clients of a channel of their own, alone and while another client floods a channel of 500."""
    servers = {"bridge": ("busbar", "http"), "nats-ws": ("nats", "websocket")}
    for turn in range(bench.rounds):
        for profile, (name, port) in servers.items():
            server = bench.server(name)
            if not server:
                continue
            for label in ("alone", "beside"):
                flood = None
                if label == "beside":
                    flood = subprocess.Popen(
                        bench.fan_command(profile, getattr(server, port), "",
                                          ["-n", 500, "-w", 64, "-t", 12, "-u", 0]),
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    time.sleep(2)
                watch = Watch(server) if name == "busbar" else contextlib.nullcontext()
                with watch:
                    measured = bench.fan(profile, getattr(server, port), server.pids,
                                         "-n", 100, "-r", 50, "-o", 1, seconds=4)
                if flood:
                    flood.kill()
                    flood.wait()
                told = watch.told() if name == "busbar" else {}
                bench.record("greedy", f"{profile} {label}", {**measured, **told})


def storm(bench):
    """/health while clients from one IP address connect as fast as they can, and leave again."""
    server = bench.server("busbar")
    for _ in range(bench.rounds):
        with Watch(server) as watch:
            for _ in range(3):
                with holding(bench, "bridge", server.http, "-n", 5000) as seconds:
                    pass
        bench.record("storm", "bridge", {"wall_s": round(seconds, 2), **watch.told()})


ALL = {
    "fan-out": fan_out, "one": one, "stream": stream, "socketio": socketio, "socketio-one": socketio_one, "socketio-polling": socketio_polling, "pusher": pusher, "pusher-one": pusher_one, "triggers": triggers, "rate": rate, "channels": channels, "big": big, "echo": echo, "requests": requests,
    "wss": wss, "wss-one": wss_one, "wss-big": wss_big, "wss-connect": wss_connect, "wss-resumed": wss_resumed, "wss-idle": wss_idle,
    "deflate": deflate, "deflate-one": deflate_one, "deflate-idle": deflate_idle,
    "queue-1": queue_1, "queue-10": queue_10, "queue-rate": queue_rate, "idle": idle, "connect": connect, "start": start, "cold": cold, "growth-subscribers": growth_subscribers,
    "growth-one": growth_one, "growth-channels": growth_channels, "growth-size": growth_size, "cluster": cluster,
    "slow": slow, "greedy": greedy, "storm": storm,
}
