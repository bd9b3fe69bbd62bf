#!/usr/bin/python3
"""Runs a tool, and holds and takes memory beside it: so many megabytes from the start, so many bytes each second.

    leaky.py MEGABYTES BYTES_PER_SECOND TOOL ARGS..."""
import signal
import subprocess
import sys
import time

held = [bytearray(b"x" * (int(sys.argv[1]) << 20))]
rate = int(sys.argv[2])
tool = subprocess.Popen(sys.argv[3:])


def forward(number, _frame):
    tool.send_signal(number)


signal.signal(signal.SIGINT, forward)
signal.signal(signal.SIGTERM, forward)
while tool.poll() is None:
    time.sleep(0.1)
    held.append(bytearray(b"x" * (rate // 10)))
sys.exit(tool.returncode)
