"""Sends UDP from one process in several network namespaces: a sender of their own each would differ by more than rulesets do.

flood.py SOURCE TO PORT PID...: each line of stdin is a number of packets and which namespace (of the PIDs, from 0) they are
sent in; the answer is how many microseconds of CPU time they took, those in which the kernel forwarded them included.
"""
import ctypes
import os
import socket
import sys
import time

source, to, port, *pids = sys.argv[1:]
target = (to, int(port))
libc = ctypes.CDLL(None, use_errno=True)
sockets = []
for pid in pids:
    with open(f'/proc/{pid}/ns/net') as namespace:
        if libc.setns(namespace.fileno(), 0x40000000) != 0:  # CLONE_NEWNET
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    sockets.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    sockets[-1].bind((source, 0))

for line in sys.stdin:
    packets, which = map(int, line.split())
    send = sockets[which].sendto
    start = time.process_time_ns()
    for _ in range(packets):
        send(b'x', target)
    print((time.process_time_ns() - start) / 1000, flush=True)
