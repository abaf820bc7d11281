"""The servers that are measured: each is started on free ports of the loopback interface, names the
process whose CPU time and memory count, and is stopped by its own process id."""

import contextlib
import os
import random
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"


def free_port():
    """A free port below those of outgoing connections."""
    while True:
        port = random.randrange(20000, 32000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def cpu_seconds(pid):
    """The user and system time of the process."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_kib(pid):
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * PAGE / 1024


def wait_for(what, condition, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise TimeoutError(what)


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


class Server:
    """One process that listens. What it prints goes to a file in its own directory."""

    ready = ""

    def __init__(self, name, command, environment=None, ports=()):
        """Waits for the line that says it is ready, or for the ports to listen."""
        self.name = name
        self.home = tempfile.mkdtemp(prefix="busbar-bench-")
        self.log = os.path.join(self.home, "log")
        self.ready_cpu = None
        started = time.monotonic()
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE if self.ready else log, stderr=log, cwd=self.home,
                env={**os.environ, **(environment or {})}, text=True)
        self.pid = self.process.pid
        try:
            self.wait(started, ports)
        except BaseException:  # after a signal the process must end too
            self.stop()
            raise

    def wait(self, started, ports):
        if self.ready:
            self.ready_line = ""
            for self.ready_line in self.process.stdout:
                if re.search(self.ready, self.ready_line):
                    break
            else:
                raise self.failed()
            self.ready_cpu = cpu_seconds(self.pid)
            self.ready_wall = time.monotonic() - started
            threading.Thread(target=self.process.stdout.read, daemon=True).start()
        try:
            wait_for(self.name, lambda: self.process.poll() is not None or all(map(listens, ports)), 120)
        except TimeoutError:
            raise self.failed() from None
        if self.process.poll() is not None:
            raise self.failed()

    def failed(self):
        with open(self.log) as log:
            told = log.read()[-500:].strip()
        return RuntimeError(f"{self.name} did not start: {told}")

    @property
    def pids(self):
        return str(self.pid)

    def collect_garbage(self):
        """Does nothing, because this server has no garbage collector."""

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


class Busbar(Server):
    ready = "Busbar ready"

    def __init__(self, jar, *settings, java=("-Xmx512m",), name="busbar", arguments=(), before=()):
        given = {"http.port": 0, "stomp.port": 0, "admin.port": 0}
        given.update(setting.split("=", 1) for setting in settings)
        variables = {"BUSBAR_" + re.sub("[.-]", "_", key).upper(): str(value)
                     for key, value in given.items()}
        super().__init__(name, [*before, "java", *java, "-jar", os.path.abspath(jar), *arguments], variables)
        self.http = int(re.search(r"https?://127\.0\.0\.1:(\d+)", self.ready_line)[1])
        self.stomp = int(re.search(r"stomp://127\.0\.0\.1:(\d+)", self.ready_line)[1])
        self.admin = int(re.search(r"admin http://127\.0\.0\.1:(\d+)", self.ready_line)[1])

    def collect_garbage(self):
        subprocess.run(["jcmd", self.pids, "GC.run"], check=True, stdout=subprocess.DEVNULL)

    def metrics(self):
        """The values of /metrics, by name and labels as in the text."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
                for line in lines if line and not line.startswith("#")}

    def heap_kib(self):
        """The live heap, after a garbage collection."""
        self.collect_garbage()
        told = subprocess.run(["jcmd", self.pids, "GC.heap_info"], check=True, text=True,
                              capture_output=True).stdout
        return int(re.search(r"used (\d+)K", told)[1])

    def healthy_after(self):
        """The milliseconds until /health/ready answers."""
        began = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/health/ready", timeout=30) as answer:
            answer.read()
        return (time.monotonic() - began) * 1000


class Nats(Server):
    def __init__(self, name="nats", routes=(), cluster_port=None, pem=None):
        """With a certificate and its key, WebSockets are over TLS."""
        self.tcp, self.websocket = free_port(), free_port()
        home = tempfile.mkdtemp(prefix="busbar-bench-")
        tls = f"tls {{ cert_file: '{pem[0]}', key_file: '{pem[1]}' }}" if pem else "no_tls: true"
        text = (f"host: 127.0.0.1\nport: {self.tcp}\n"
                f"websocket {{ host: 127.0.0.1, port: {self.websocket}, {tls} }}\n")
        if cluster_port:
            others = ", ".join(f"nats://127.0.0.1:{route}" for route in routes)
            text += (f"cluster {{ name: bench, host: 127.0.0.1, port: {cluster_port}, "
                     f"routes: [{others}] }}\n")
        self.config = os.path.join(home, "nats.conf")
        with open(self.config, "w") as file:
            file.write(text)
        super().__init__(name, ["nats-server", "-c", self.config], ports=[self.tcp, self.websocket])

    def stop(self):
        super().stop()
        shutil.rmtree(os.path.dirname(self.config), ignore_errors=True)


class Node(Server):
    ready = "ready"

    def __init__(self, modules, kind):
        here = os.path.dirname(os.path.abspath(__file__))
        super().__init__("node-" + kind, ["node", os.path.join(here, "peers.js"), kind],
                         {"NODE_PATH": os.path.abspath(modules)})
        self.port = int(self.ready_line.split()[1])


class Script(Server):
    """A program in Python from this directory."""

    ready = "ready"

    def __init__(self, name, *arguments):
        here = os.path.dirname(os.path.abspath(__file__))
        super().__init__(name, [sys.executable, os.path.join(here, name), *map(str, arguments)])


class Soketi(Server):
    """The command in the environment variable SOKETI, as one process with one app."""

    def __init__(self, command):
        self.port, metrics = free_port(), free_port()
        app = {"ID": "3", "KEY": "demo-key", "SECRET": "demo-secret", "ENABLE_CLIENT_MESSAGES": "true",
               "MAX_CLIENT_EVENTS_PER_SEC": "-1"}
        super().__init__("soketi", shlex.split(command), {
            "SOKETI_HOST": "127.0.0.1", "SOKETI_PORT": str(self.port), "SOKETI_METRICS_SERVER_PORT": str(metrics),
            **{"SOKETI_DEFAULT_APP_" + key: value for key, value in app.items()}}, [self.port])


class UWebSockets(Server):
    """The command in the environment variable UWS. Its arguments are a port, and for TLS a certificate and its key."""

    def __init__(self, command, pem=()):
        self.port = free_port()
        super().__init__("uws", [*shlex.split(command), str(self.port), *pem], ports=[self.port])


class Floor(Server):
    def __init__(self, program, *arguments):
        self.port = free_port()
        super().__init__("floor", [program, str(self.port), *arguments], ports=[self.port])


class RabbitMq(Server):
    """Debian's RabbitMQ with its STOMP plugins, in a directory of its own."""

    def __init__(self):
        base = self.base = tempfile.mkdtemp(prefix="busbar-bench-rabbitmq-")
        self.stomp, self.websocket, amqp, distribution = (free_port() for _ in range(4))
        self.epmd = free_port()
        inside = lambda name: os.path.join(base, name)
        with open(inside("rabbitmq.conf"), "w") as file:
            file.write(f"stomp.listeners.tcp.1 = 127.0.0.1:{self.stomp}\n"
                       f"web_stomp.tcp.ip = 127.0.0.1\nweb_stomp.tcp.port = {self.websocket}\n"
                       "web_stomp.ws_path = /stomp\nlog.console = true\n")
        with open(inside("plugins"), "w") as file:
            file.write("[rabbitmq_stomp,rabbitmq_web_stomp].\n")
        open(inside("env.conf"), "w").close()
        environment = {
            "HOME": base, "RABBITMQ_NODENAME": f"bench{amqp}@localhost",
            "RABBITMQ_NODE_PORT": str(amqp), "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(distribution), "RABBITMQ_MNESIA_BASE": inside("mnesia"),
            "RABBITMQ_LOG_BASE": base, "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": inside("rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": inside("plugins"),
            "RABBITMQ_CONF_ENV_FILE": inside("env.conf"),
            "RABBITMQ_GENERATED_CONFIG_DIR": inside("generated"),
            "RABBITMQ_SCHEMA_DIR": inside("schema"), "ERL_EPMD_PORT": str(self.epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1"}
        super().__init__("rabbitmq", [RABBITMQ], environment, [self.websocket, self.stomp])
        self.vm = self.descendant("beam.smp") or self.pid

    def descendant(self, name):
        """The child process, or its child, that runs the program."""
        front = [self.pid]
        while front:
            told = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", ",".join(map(str, front))],
                                  capture_output=True, text=True).stdout.split()
            for pid, command in zip(told[::2], told[1::2]):
                if command == name:
                    return int(pid)
            front = [int(pid) for pid in told[::2]]
        return None

    @property
    def pids(self):
        return str(self.vm)

    def stop(self):
        vm = self.descendant("beam.smp")
        if vm:
            os.kill(vm, signal.SIGTERM)
        super().stop()
        subprocess.run(["epmd", "-port", str(self.epmd), "-kill"], capture_output=True,
                       env={**os.environ, "ERL_EPMD_RELAXED_COMMAND_CHECK": "true"})
        shutil.rmtree(self.base, ignore_errors=True)
