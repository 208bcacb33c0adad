"""Couriers as they run, in threads of this process, and their doors."""

import socket
import time
from urllib.error import HTTPError
from urllib.request import urlopen

PATIENCE = 15.0


def free_address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def reachable(address):
    host, _, port = address.rpartition(":")
    with socket.socket() as knock:
        return knock.connect_ex((host, int(port))) == 0


def get(address, path):
    try:
        with urlopen(f"http://{address}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as answer:
        return answer.code, answer.read().decode()
