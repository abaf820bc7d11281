"""Answers each request to a subject of NATS with its own body. It is compared with Busbar's worker in Python."""
import socket
import sys

host, port, subject = sys.argv[1], int(sys.argv[2]), sys.argv[3]
nats = socket.create_connection((host, port))
nats.sendall(f'CONNECT {{"verbose":false,"pedantic":false}}\r\nSUB {subject} workers 1\r\nPING\r\n'.encode())
lines = nats.makefile("rb")
for line in lines:
    words = line.split()
    if words[0] == b"MSG":
        size = int(words[-1])
        body = lines.read(size + 2)
        nats.sendall(b"PUB %s %d\r\n%s" % (words[-2], size, body))
    elif words[0] == b"PING":
        nats.sendall(b"PONG\r\n")
    elif words[0] == b"PONG":
        print("ready", flush=True)
