"""Tests the worker with a real node. The environment variable BUSBAR_TEST_JAR is the path of busbar.jar."""

import os
import re
import subprocess
import sys
import time
import unittest

from bus import Bus

# With port 0 the node takes any free port. The line that it prints names it.
FREE_PORTS = ["http.port", "stomp.port", "tcp-bridge.port", "admin.port"]


class WorkerTest(unittest.TestCase):
    def setUp(self):
        jar = os.environ.get("BUSBAR_TEST_JAR", "busbar.jar")
        free = [word for key in FREE_PORTS for word in ("--set", f"{key}=0")]
        command = ["java", "-jar", jar, "--config", "node.yaml", *free]
        self.node = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end, self.node)
        ready = self.node.stdout.readline()
        self.assertIn("Busbar ready", ready)
        host, port = re.search(r"tcp-bridge://([^ :]+):(\d+)", ready).groups()
        here = {**os.environ, "TCP_BRIDGE": f"{host}:{port}"}
        self.worker = subprocess.Popen([sys.executable, "worker.py"], env=here, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end, self.worker)
        self.bus = Bus(host, int(port))
        self.addCleanup(self.bus.close)
        self.assertIn("answering", self.worker.stdout.readline())
        self.wait_for_worker()

    @staticmethod
    def end(process):
        process.terminate()
        process.wait()
        process.stdout.close()

    def wait_for_worker(self):
        """Sends requests until one succeeds, because the node may not have read the worker's registration yet."""
        for _ in range(100):
            if "failureCode" not in self.bus.request("{{name}}.vote", None):
                return
            time.sleep(0.05)
        self.fail("the worker does not answer")

    def test_vote_is_counted_and_published(self):
        listener = Bus(*self.bus.socket.getpeername())
        self.addCleanup(listener.close)
        listener.register("{{name}}.results")
        results = {"pizza": 1, "salad": 0}
        # The node handles both messages of this client in order, so it is registered when the answer comes.
        self.assertEqual({"pizza": 0, "salad": 0}, listener.request("{{name}}.vote", None)["body"])
        self.assertEqual(results, self.bus.request("{{name}}.vote", "pizza")["body"])
        self.assertEqual(results, listener.receive()["body"])

    def test_unknown_choice_is_refused(self):
        refused = self.bus.request("{{name}}.vote", "stones")
        self.assertEqual(400, refused["failureCode"])
        self.assertEqual("choose one of pizza, salad", refused["message"])


if __name__ == "__main__":
    unittest.main()
