#!/usr/bin/env python3
"""Measures Busbar and comparable servers, all on this machine, and renders the results.

    mvn -q -DskipTests package
    python3 src/bench/bench.py                  everything, about 80 minutes
    python3 src/bench/bench.py --quick          the same with one round, rougher
    python3 src/bench/bench.py fan-out one      only these rows; the others stay as measured before
    python3 src/bench/bench.py --render         only the page, from the data

It needs cc, Python 3 and the JDK. It measures nats-server, node with ws (npm install in this folder) and
RabbitMQ if they are installed. It measures soketi and uWebSockets if the environment variables SOKETI and
UWS are the commands that run them. The load needs zlib1g-dev, the rows of TLS need libssl-dev. Within a row
the servers take turns, and the result is the median of the rounds. The data goes to data.json, the plots and
tables to src/site.
"""

import argparse
import datetime
import glob
import json
import os
import platform
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import report  # noqa: E402
import rows  # noqa: E402
from servers import RABBITMQ, Busbar, Floor, Nats, Node, RabbitMq, Soketi, UWebSockets  # noqa: E402

# one producer at full speed sends more than a client may by default
UNHINDERED = ("limits.messages-per-second=10000000", "limits.bytes-per-second=1GiB")
# The load does not answer pings.
UNPINGED = ("socketio.ping-interval=1h",)
ONE_CORE = ("taskset", "-c", "0")
PUSHER = ("pusher.activity-timeout=1h", "pusher.apps=[{id: '3', key: demo-key, secret: demo-secret, client-events: true,"
          " limits: {connections: 100000, client-events: 1000000}}]")


def first_line(*command):
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=30)
        return (told.stdout + told.stderr).strip().splitlines()[0]
    except (OSError, IndexError, subprocess.TimeoutExpired):
        return ""


def machine():
    with open("/proc/cpuinfo") as info:
        models = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.machine(), "cores": os.cpu_count(),
        "kernel": platform.release(), "java": first_line("java", "-version"),
        "nats": first_line("nats-server", "--version"), "node": first_line("node", "--version"),
        "rabbitmq": first_line("dpkg-query", "-W", "-f=${Version}", "rabbitmq-server"),
        "date": datetime.date.today().isoformat()}


class Bench:
    """The programs, the running servers, and the results so far."""

    def __init__(self, options, work):
        self.quick = options.quick
        self.rounds = 1 if options.quick else options.rounds
        self.seconds = 1.5 if options.quick else 2.5
        self.jar = options.jar
        self.work = work
        self.data_file = options.data
        self.modules = options.modules
        self.running = {}
        self.extra = []
        self.measured = set()
        self.data = {"rows": {}}
        if os.path.exists(self.data_file):
            with open(self.data_file) as file:
                self.data = json.load(file)
        self.tls = os.path.exists("/usr/include/openssl/ssl.h")
        self.pem = None
        self.fan_program = self.build("fan", "-lz", *(("-DTLS", "-lssl", "-lcrypto") if self.tls else ()))
        self.floor_program = self.build("floor")
        self.queue_program = self.build("queue")

    def build(self, name, *more):
        program = os.path.join(self.work, name)
        source = os.path.join(HERE, name + ".c")
        subprocess.run(["cc", "-O2", "-o", program, source, *more], check=True)
        return program

    def certificate(self):
        """A certificate for localhost and its key, made once: P-256, as most servers have."""
        if not self.pem:
            self.pem = [os.path.join(self.work, name) for name in ("server.pem", "server.key")]
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                            "-nodes", "-days", "2", "-subj", "/CN=localhost", "-out", self.pem[0], "-keyout", self.pem[1]],
                           check=True, capture_output=True)
        return self.pem

    def busbar_over_tls(self, engine):
        """Busbar with one event loop, because uWebSockets has one."""
        certificate, key = self.certificate()
        return Busbar(self.jar, "event-loops=1", f"http.tls.certificate={certificate}", f"http.tls.key={key}",
                      f"http.tls.engine={engine}", name="busbar-" + engine)

    def config(self, name, text):
        """A configuration file with that text."""
        file = os.path.join(self.work, name + ".yaml")
        with open(file, "w") as written:
            written.write(text)
        return file

    # servers

    def has(self, name):
        return {"nats": lambda: shutil.which("nats-server"),
                "node": lambda: shutil.which("node") and os.path.isdir(self.modules + "/ws"),
                "node-deflate": lambda: self.has("node"),
                "nats-tls": lambda: shutil.which("nats-server"),
                "soketi": lambda: "SOKETI" in os.environ,
                "uws": lambda: "UWS" in os.environ,
                "uws-plain": lambda: "UWS" in os.environ,
                "node-socketio": lambda: shutil.which("node") and os.path.isdir(self.modules + "/socket.io"),
                "rabbitmq": lambda: os.path.exists(RABBITMQ)}.get(name, lambda: True)()

    def server(self, name):
        """The server of that name, which runs until the end; None if it is not installed."""
        if name not in self.running:
            make = {"busbar": lambda: Busbar(self.jar),
                    "busbar-io-uring": lambda: Busbar(self.jar, "transport=io-uring"),
                    "busbar-one-loop": lambda: Busbar(self.jar, "event-loops=1"),
                    "busbar-one-loop-io-uring": lambda: Busbar(self.jar, "event-loops=1", "transport=io-uring"),
                    "busbar-deflate": lambda: Busbar(self.jar, "event-loops=1", "http.websocket.compression=true"),
                    "busbar-queues": lambda: Busbar(self.jar, *UNHINDERED),
                    "busbar-queues-disk": self.busbar_on_disk,
                    "busbar-socketio": lambda: Busbar(self.jar, *UNPINGED),
                    "busbar-pusher": lambda: Busbar(self.jar, *PUSHER),
                    "busbar-streams": lambda: Busbar(self.jar, "channels=[{address: '#', history: {}}]"),
                    "nats": Nats, "node": lambda: Node(self.modules, "plain"), "node-deflate": lambda: Node(self.modules, "deflate"), "rabbitmq": RabbitMq,
                    "busbar-one-core": lambda: Busbar(self.jar, *PUSHER, before=ONE_CORE),
                    "busbar-tls": lambda: self.busbar_over_tls("openssl"),
                    "busbar-tls-jdk": lambda: self.busbar_over_tls("jdk"),
                    "nats-tls": lambda: Nats("nats-tls", pem=self.certificate()),
                    "uws": lambda: UWebSockets(os.environ["UWS"], self.certificate()),
                    "uws-plain": lambda: UWebSockets(os.environ["UWS"]),
                    "soketi": lambda: Soketi(os.environ["SOKETI"]),
                    "node-socketio": lambda: Node(self.modules, "socketio"),
                    "floor": lambda: Floor(self.floor_program),
                    "floor-batch": lambda: Floor(self.floor_program, "batch")}[name]
            try:
                self.running[name] = make() if self.has(name) else None
            except (OSError, RuntimeError, TimeoutError) as e:
                print(f"  without {name}: {e}", flush=True)
                self.running[name] = None
        return self.running[name]

    def busbar_on_disk(self):
        """Keeps all queues on disk. A build that has no such store refuses to start."""
        data = os.path.join(self.work, "data")
        file = self.config("disk", f"queues: {{rules: [{{name: '#', store: disk}}]}}\ndata: {data}\n")
        return Busbar(self.jar, *UNHINDERED, arguments=("--config", file), name="busbar-queues-disk")

    def stop(self, *names):
        for name in names or list(self.running):
            server = self.running.pop(name, None)
            if server:
                server.stop()
        if not names:
            while self.extra:
                self.extra.pop().stop()

    def start(self, server):
        """Makes sure that the server is stopped at the end."""
        self.extra.append(server)
        return server

    def end(self, server):
        self.extra.remove(server)
        server.stop()

    # the load

    def profile(self, name, text):
        """A file that is made for this run."""
        with open(os.path.join(self.work, name + ".txt"), "w") as file:
            file.write(text)

    def fan_command(self, profile, port, pids, arguments, label=""):
        own = os.path.join(self.work, profile + ".txt")
        file = own if os.path.exists(own) else os.path.join(HERE, "profiles", profile + ".txt")
        return [self.fan_program, "-l", label, "-f", file,
                "-p", str(port), "-P", pids, *map(str, arguments)]

    def fan(self, profile, port, pids, *arguments, seconds=None, warm=1):
        """Runs the load once, and returns its results; None if nothing was delivered."""
        timing = ["-t", seconds or self.seconds, "-u", warm]
        return self.load(self.fan_command(profile, port, pids, [*timing, *arguments]))

    def queue(self, destination, port, pids, *arguments, seconds=None, warm=1):
        """Does the same for messages through one queue over STOMP."""
        return self.load([self.queue_program, "-d", destination, "-p", str(port), "-P", pids, "-t",
                          str(seconds or self.seconds), "-u", str(warm), *map(str, arguments)])

    @staticmethod
    def load(command):
        told = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if told.returncode or not told.stdout:
            print(f"  failed: {' '.join(command)}: {told.stderr.strip()}", flush=True)
            return None
        return json.loads(told.stdout)

    # the results

    def record(self, row, label, measured, **more):
        if measured is None:
            return
        if row not in self.measured:  # a new result replaces those of an earlier run
            self.measured.add(row)
            self.data["rows"].pop(row, None)
        self.data["rows"].setdefault(row, {}).setdefault(label, []).append({**measured, **more})
        words = {key: measured[key] for key in rows.TOLD if measured.get(key)}
        print(f"  {row} {label} {more or ''} {words}", flush=True)

    def save(self):
        self.data["machine"] = machine()
        with open(self.data_file, "w") as file:
            json.dump(self.data, file, indent=1)
            file.write("\n")


def default_modules():
    """The folder in which npm has put ws: this one, or that of the tests."""
    places = [HERE + "/node_modules", *glob.glob(HERE + "/../../target/js/node_modules")]
    return next((place for place in places if os.path.isdir(place + "/ws")), places[0])


def options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(rows.ALL))
    parser.add_argument("--jar", default=HERE + "/../../target/busbar.jar")
    parser.add_argument("--modules", default=default_modules(), help="a node_modules with ws")
    parser.add_argument("--data", default=HERE + "/data.json")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--render", action="store_true", help="measure nothing")
    given = parser.parse_args()
    unknown = [row for row in given.rows if row not in rows.ALL]
    if unknown:
        parser.error(f"no such row: {unknown[0]}; there are {', '.join(rows.ALL)}")
    return given


def main():
    given = options()
    if not given.render:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        began = time.monotonic()
        work = tempfile.mkdtemp(prefix="busbar-bench-")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
        signal.signal(signal.SIGINT, lambda *_: sys.exit("ended"))
        bench = Bench(given, work)
        try:
            for row in given.rows or rows.ALL:
                print(f"{row} (load {os.getloadavg()[0]:.1f}, {time.monotonic() - began:.0f} s)",
                      flush=True)
                try:
                    rows.ALL[row](bench)
                except Exception:  # a failed row must not end the others
                    traceback.print_exc()
                    while bench.extra:
                        bench.extra.pop().stop()
                bench.save()
        finally:
            bench.stop()
            shutil.rmtree(work, ignore_errors=True)
        print(f"done after {time.monotonic() - began:.0f} s")
    report.render(given.data, HERE + "/../site")


if __name__ == "__main__":
    main()
