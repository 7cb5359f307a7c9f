"""Where things are, and which core does what."""

import os
import pathlib
import socket

BENCH = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
TARGET = BENCH / "target"
TOOLS = TARGET / "release"

PASSWORD = "quiet harbour lantern 29"
SERVER_CORE, LOAD_CORE = "0", "1"


def email(number: int) -> str:
    return f"user{number}@bench.example"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(core: str | None, command: list[str]) -> list[str]:
    return command if core is None else ["taskset", "-c", core, *command]


def environment(extra: dict[str, str]) -> dict[str, str]:
    """What servers are given: nothing of the caller's settings gets through."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | extra
