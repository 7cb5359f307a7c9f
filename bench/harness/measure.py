"""The measurements. Each returns plain dictionaries; nothing is printed but progress."""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

from .place import LOAD_CORE, SERVER_CORE, TOOLS, environment, free_port, pinned
from .servers import Failed, Server, run


class Times:
    """How long and how often, for a full run or a quick look."""

    def __init__(self, quick: bool):
        self.repetitions = 2 if quick else 5
        self.warm_up = 1 if quick else 2
        self.seconds = 2 if quick else 5
        self.hash_seconds = 2 if quick else 5
        self.storm_seconds = 6 if quick else 20
        self.storm_repetitions = 1 if quick else 3
        self.starts = 5 if quick else 20


def say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def load(scenario: str, server: Server, times: Times, *options: str, core: str | None = LOAD_CORE, **lists) -> dict:
    """One run of the generator; `lists` are files of lines it reads."""
    process = begin_load(scenario, server, times, *options, core=core, **lists)
    return finish_load(process)


def begin_load(scenario, server, times, *options, core=LOAD_CORE, **lists):
    folder = tempfile.TemporaryDirectory(prefix="bench-load-")
    command = [str(TOOLS / "load"), scenario, "--server", server.address(), "--warm-up", str(times.warm_up)]
    for name, lines in lists.items():
        file = pathlib.Path(folder.name) / name
        file.write_text("\n".join(lines) + "\n")
        command += [f"--{name}", str(file)]
    command += options
    process = subprocess.Popen(
        pinned(core, command), env=environment({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    return process, folder


def finish_load(started) -> dict:
    process, folder = started
    try:
        output, errors = process.communicate(timeout=600)
    finally:
        if process.poll() is None:
            process.kill()
        folder.cleanup()
    if process.returncode:
        raise Failed(f"load: {errors.strip()}")
    return json.loads(output)


def resident(pid: int) -> int:
    """Resident memory in KiB."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def status(server: Server, times: Times) -> dict:
    """The session check at 16 and 64 connections, then refresh where there is one."""
    pid = server.start()
    try:
        time.sleep(times.warm_up)
        result = {"rss_idle_kib": resident(pid)}
        lines, tokens = server.sign_in(64)
        for connections in (16, 64):
            result[f"status-{connections}"] = load(
                "get", server, times, "--path", server.status, "--connections", str(connections),
                "--seconds", str(times.seconds), "--watch", str(pid), headers=lines,
            )
        if server.refresh and tokens:
            result["refresh"] = load(
                "refresh", server, times, "--path", server.refresh, "--connections", str(len(tokens)),
                "--seconds", str(times.seconds), "--watch", str(pid), tokens=tokens,
            )
        return result
    finally:
        server.stop()


def bare_hash(times: Times) -> dict:
    """The argon2 crate alone, on the server's core."""
    command = [str(TOOLS / "hash"), "--seconds", str(times.hash_seconds)]
    return json.loads(run(pinned(SERVER_CORE, command), env=environment({})))


def login(server: Server, times: Times) -> dict:
    """Sign-ins on one core, a few at a time."""
    pid = server.start()
    try:
        return begin_login(server, times, 4, times.hash_seconds, LOAD_CORE, pid, wait=True)
    finally:
        server.stop()


def begin_login(server, times, clients, seconds, core, pid, *, wait=False):
    bodies = [server.login_body(number) for number in range(server.users)]
    options = ["--path", server.login, "--connections", str(clients), "--seconds", str(seconds), "--watch", str(pid)]
    for line in server.login_headers():
        options += ["--header", line]
    started = begin_load("login", server, times, *options, core=core, bodies=bodies)
    return finish_load(started) if wait else started


# How the session check is asked during a storm: the arrivals of an open loop
# come whatever the server does, a closed loop keeps sixteen requests on their way.
PROBES = {"open": ["--connections", "16", "--rate", "50"], "closed": ["--connections", "16"]}


def storm(server: Server, times: Times, clients: int) -> dict:
    """The check's latency alone and while `clients` sign in without pause; nothing is pinned."""
    pid = server.start(core=None)
    try:
        lines, _ = server.sign_in(16)
        result = {}
        for name, probe in PROBES.items():
            ask = ["--path", server.status, *probe, "--seconds", str(times.storm_seconds), "--watch", str(pid)]
            result[f"{name}-calm"] = load("get", server, times, *ask, core=None, headers=lines)
            # The storm blows before the check is measured and stops after it.
            span = times.storm_seconds + 2 * times.warm_up
            logins = begin_login(server, times, clients, span, None, pid)
            time.sleep(times.warm_up)
            result[f"{name}-storm"] = load("get", server, times, *ask, core=None, headers=lines)
            result[f"{name}-logins"] = finish_load(logins)
        return result
    finally:
        server.stop()


def starts(server: Server, times: Times) -> dict:
    """From starting the program to its first healthy answer, on an existing database."""
    server.fresh_data()
    server.port = free_port()
    command = [
        str(TOOLS / "load"), "start", "--server", server.address(), "--path", server.health,
        "--runs", str(times.starts), "--", *pinned(SERVER_CORE, server.command()),
    ]
    return json.loads(run(pinned(LOAD_CORE, command), env=server.environment(), cwd=server.data))
