"""The poll beside a real node: java -jar $BUSBAR_TEST_JAR."""

import os
import re
import subprocess
import sys
import time
import unittest

from bus import Bus

NO_PORTS = ["http.port", "stomp.port", "tcp-bridge.port", "admin.port"]


class WorkerTest(unittest.TestCase):
    def setUp(self):
        jar = os.environ.get("BUSBAR_TEST_JAR", "busbar.jar")
        free = [word for key in NO_PORTS for word in ("--set", f"{key}=0")]
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
        """It has said that it listens; the node may not have read it yet."""
        for _ in range(100):
            if "failureCode" not in self.bus.request("{{name}}.vote", None):
                return
            time.sleep(0.05)
        self.fail("nobody answers")

    def test_a_vote_is_counted_and_told_to_all(self):
        listener = Bus(*self.bus.socket.getpeername())
        self.addCleanup(listener.close)
        listener.register("{{name}}.results")
        results = {"pizza": 1, "salad": 0}
        # asked by the same client: it listens when the answer is there
        self.assertEqual({"pizza": 0, "salad": 0}, listener.request("{{name}}.vote", None)["body"])
        self.assertEqual(results, self.bus.request("{{name}}.vote", "pizza")["body"])
        self.assertEqual(results, listener.hear()["body"])

    def test_what_is_no_choice_is_refused(self):
        refused = self.bus.request("{{name}}.vote", "stones")
        self.assertEqual(400, refused["failureCode"])
        self.assertEqual("choose one of pizza, salad", refused["message"])


if __name__ == "__main__":
    unittest.main()
