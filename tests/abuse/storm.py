"""A storm of sign-ins: many wrong passwords at the same moment, at the provider as it is served."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import requests
from kim_bus import set_up as bus_set_up
from kim_demo.layout import ORGANISATIONS, TOPOLOGY, Layout, environment, host
from kim_demo.sign_in import set_up_providers
from kim_login.throttle import FREE_FOR_ACCOUNT

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
STARTS_WITHIN = 30
ANSWERS_WITHIN = 60


def storm(folder: Path, attempts: int) -> tuple[Counter[int], list[str]]:
    """Try `attempts` passwords of one account at once. Returns the answers by status, and what did not hold."""
    layout = Layout(folder)
    bus_set_up.set_up(TOPOLOGY, folder)
    set_up_providers(layout)
    port = _free_port()
    address = f"http://{host(ORGANISATIONS[0])}:{port}"
    # Hashed as in a real house: a storm must not be answered quickly only because the demonstration hashes for speed.
    settings = replace(
        layout.login_settings(ORGANISATIONS[0]),
        web_bind=f"{host(ORGANISATIONS[0])}:{port}", public_url=address, login_quick_hashes=False, clock_file=None, log_level="ERROR",
    )  # fmt: skip
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KIM_")}
    log = folder / "login.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "kim_login", "web"], env={**inherited, **environment(settings)}, stdout=output, stderr=output
        )
        try:
            _wait_for(address, server, log)
            statuses, faults = _try(address, attempts)
        finally:
            server.terminate()
            server.wait(30)
    if "Traceback" in log.read_text(encoding="utf-8"):
        faults.append("the log of the provider has a traceback")
    return statuses, faults


def _try(address: str, attempts: int) -> tuple[Counter[int], list[str]]:
    together = Barrier(attempts)

    def guess(number: int) -> requests.Response | None:
        browser = requests.Session()
        token = ""
        with suppress(requests.RequestException, IndexError):
            token = _TOKEN.findall(browser.get(address, timeout=ANSWERS_WITHIN).text)[0]
        together.wait(ANSWERS_WITHIN)
        data = {"csrf_token": token, "login": "aydin", "password": f"guess number {number}"}
        try:
            return browser.post(f"{address}/", data=data, timeout=ANSWERS_WITHIN, allow_redirects=False)
        except requests.RequestException:
            return None

    with ThreadPoolExecutor(attempts) as pool:
        answers = list(pool.map(guess, range(attempts)))
    statuses = Counter(answer.status_code if answer is not None else 0 for answer in answers)
    faults = []
    if statuses[0]:
        faults.append(f"{statuses[0]} tries were not answered within {ANSWERS_WITHIN} s")
    if bad := [
        one
        for one in answers
        if one is not None and one.status_code >= 500 and (one.status_code, "Retry-After" in one.headers) != (503, True)
    ]:
        faults.append(f"{len(bad)} tries were answered {sorted({one.status_code for one in bad})}")
    if any("Retry-After" not in one.headers for one in answers if one is not None and one.status_code == 429):
        faults.append("a try was put off without being told for how long")
    if statuses[422] > FREE_FOR_ACCOUNT + 1:
        faults.append(f"{statuses[422]} passwords of one account were looked at, {FREE_FOR_ACCOUNT} may be")
    if statuses[200] or statuses[303]:
        faults.append("somebody came in with a wrong password")
    if requests.get(f"{address}/healthz", timeout=ANSWERS_WITHIN).status_code != 200:
        faults.append("the provider does not answer after the storm")
    return statuses, faults


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            if requests.get(f"{address}/healthz", timeout=2).status_code == 200:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise RuntimeError(f"the provider did not start: {log.read_text(encoding='utf-8')[-800:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((host(ORGANISATIONS[0]), 0))
        return int(probe.getsockname()[1])
