"""Every server that is measured: how it is built, seeded, started and asked."""

import http.client
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from . import countersign_data
from .place import BENCH, PASSWORD, ROOT, SERVER_CORE, TARGET, TOOLS, email, environment, free_port, pinned


class Failed(Exception):
    """A server that could not be built, seeded, started or signed in to."""


def run(command: list[str], **options) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise Failed(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stderr.strip()}")
    return done.stdout


class Server:
    """One server under test. Subclasses say what is special about it."""

    name = ""
    health = "/health"
    status = "/status"
    login: str | None = "/login"
    refresh: str | None = None

    def __init__(self, users: int):
        self.users = users
        self.seeded = pathlib.Path(tempfile.mkdtemp(prefix=f"bench-{self.name}-"))
        self.data = self.seeded
        self.port = 0
        self.process: subprocess.Popen | None = None

    # What subclasses say.
    def build(self) -> None: ...

    def seed(self) -> None: ...

    def command(self) -> list[str]:
        raise NotImplementedError

    def settings(self) -> dict[str, str]:
        return {}

    def version(self) -> str:
        return self.name

    def size(self) -> int | None:
        """Bytes of what has to be shipped."""
        return None

    def login_headers(self) -> list[str]:
        return []

    def credential(self, headers, body: dict) -> str:
        """The header line that a signed-in client sends."""
        return f"Authorization: Bearer {body['access_token']}"

    # What all share.
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        return environment(self.settings())

    def fresh_data(self) -> None:
        """A copy of the seeded data: every start finds the same database."""
        self.discard_data()
        self.data = pathlib.Path(tempfile.mkdtemp(prefix=f"bench-{self.name}-run-"))
        shutil.copytree(self.seeded, self.data, dirs_exist_ok=True)

    def discard_data(self) -> None:
        if self.data != self.seeded:
            shutil.rmtree(self.data, ignore_errors=True)

    def start(self, core: str | None = SERVER_CORE) -> int:
        """Starts on a free port; returns its process id once it is healthy."""
        self.fresh_data()
        self.port = free_port()
        log = (TARGET / f"{self.name}.log").open("w")
        self.process = subprocess.Popen(
            pinned(core, self.command()), env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                if self.ask("GET", self.health)[0] == 200:
                    return self.process.pid
            except OSError:
                pass
            time.sleep(0.01)
        self.stop()
        raise Failed(f"{self.name} did not become healthy, see {log.name}")

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def close(self) -> None:
        self.stop()
        self.discard_data()
        shutil.rmtree(self.seeded, ignore_errors=True)

    def ask(self, method: str, path: str, body: str | None = None, headers: dict | None = None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def login_body(self, number: int) -> str:
        return json.dumps({"email": email(number), "password": PASSWORD}, separators=(",", ":"))

    def sign_in(self, count: int) -> tuple[list[str], list[str]]:
        """Signs in `count` users: header lines, and refresh tokens where there are any."""
        lines, tokens = [], []
        extra = dict(line.split(": ", 1) for line in self.login_headers())
        for number in range(count):
            status, headers, body = self.ask(
                "POST", self.login, self.login_body(number % self.users), {"Content-Type": "application/json", **extra}
            )
            if status != 200:
                raise Failed(f"{self.name}: login answered {status}: {body[:300]!r}")
            answer = json.loads(body)
            lines.append(self.credential(headers, answer))
            if "refresh_token" in answer:
                tokens.append(answer["refresh_token"])
        return lines, tokens


class Floor(Server):
    """Bare hyper with nothing but the check; it mints its own tokens."""

    status = "/"
    login = None

    def __init__(self, users: int, alg: str, cached: bool):
        self.name = f"floor-{alg}" + ("-cached" if cached else "")
        self.options = ["--alg", alg, *(["--cached"] if cached else [])]
        super().__init__(users)

    def command(self) -> list[str]:
        return [str(TOOLS / "floor"), "--port", str(self.port), "--tokens", str(self.data / "tokens"), *self.options]

    def sign_in(self, count: int):
        tokens = (self.data / "tokens").read_text().split()
        return [f"Authorization: Bearer {token}" for token in tokens[:count]], []

    def version(self) -> str:
        return "hyper, aws-lc-rs (bench/Cargo.lock)"

    def size(self) -> int:
        return (TOOLS / "floor").stat().st_size


class Countersign(Server):
    """The product, in production settings."""

    health = "/api/health"
    status = "/api/v1/auth/status"
    login = "/api/v1/auth/jwt/login"
    refresh = "/api/v1/auth/refresh"

    def __init__(self, users: int, binary: pathlib.Path, signing: str):
        self.name = "countersign-" + {"secret": "hs256", "eddsa": "eddsa"}[signing]
        self.signing = signing
        self.binary = binary
        super().__init__(users)

    def build(self) -> None:
        if self.binary == ROOT / "target/release/countersign":
            run(["cargo", "build", "--release", "--package", "countersign-cli"], cwd=ROOT)

    def command(self) -> list[str]:
        return [str(self.binary), "serve"]

    def settings(self) -> dict[str, str]:
        return {
            "ENVIRONMENT": "production",
            "PUBLIC_URL": "https://bench.example",
            "LISTEN": self.address(),
            "DATA_DIR": str(self.data),
            "SIGNING": self.signing,
            "SMTP_URL": "off",
            "ENCRYPTION_KEY": "vY0m1x0hS9Jm3mK9sZkq2Tg7cQ4uX8eB5nR6wLpDfHo=",
            **({"JWT_SECRET_PRODUCTION": "u4Zb7TqLw9XkP2sVf6Nc8RgYj3HdM5aE"} if self.signing == "secret" else {}),
        }

    def environment(self) -> dict[str, str]:
        # Countersign looks for env files from the working directory upwards.
        return super().environment() | {"PWD": str(self.data)}

    def seed(self) -> None:
        self.port = free_port()
        settings = self.environment()
        run([str(self.binary), "migrate"], env=settings, cwd=self.data)
        for number in range(countersign_data.TEMPLATES):
            run(
                [str(self.binary), "user", "create", "--email", email(number)],
                env=settings, cwd=self.data, input=PASSWORD + "\n",
            )
        countersign_data.multiply(self.data, self.users)

    def version(self) -> str:
        return run([str(self.binary), "--version"]).strip()

    def size(self) -> int:
        return self.binary.stat().st_size


class Peer(Server):
    """A peer in bench/peers/: its script installs, seeds and serves it."""

    def settings(self) -> dict[str, str]:
        home = TARGET / "peers" / self.name
        return {
            "BENCH_HOME": str(home),
            "BENCH_DATA": str(self.data),
            "BENCH_PORT": str(self.port),
            "BENCH_USERS": str(self.users),
            "BENCH_PASSWORD": PASSWORD,
        }

    def script(self, what: str) -> list[str]:
        return [str(BENCH / "peers" / self.name / "peer"), what]

    def build(self) -> None:
        run(self.script("install"), env=self.environment())

    def seed(self) -> None:
        run(self.script("seed"), env=self.environment())

    def command(self) -> list[str]:
        return self.script("serve")

    def version(self) -> str:
        return run(self.script("version"), env=self.environment()).strip()


class BetterAuth(Peer):
    name = "better-auth"
    health = "/api/auth/ok"
    status = "/api/auth/get-session"
    login = "/api/auth/sign-in/email"

    def credential(self, headers, body: dict) -> str:
        pairs = [value.split(";", 1)[0] for value in headers.get_all("Set-Cookie")]
        return "Cookie: " + "; ".join(pairs)


class FastApi(Peer):
    name = "fastapi"


class External(Server):
    """A server that runs already, such as Rauthy: only its status is asked.

    `NAME=URL,HEADERS[,PID]`: URL with the path of the check, HEADERS a file of
    header lines, PID its process for CPU and memory. Pinning it is up to you.
    """

    login = None

    def __init__(self, users: int, text: str):
        self.name, _, rest = text.partition("=")
        url, self.headers, *pid = rest.split(",")
        self.pid = int(pid[0]) if pid else os.getpid()
        super().__init__(users)
        host, _, path = url.removeprefix("http://").partition("/")
        self.port = int(host.rpartition(":")[2])
        self.status = self.health = "/" + path

    def start(self, core=None) -> int:
        return self.pid

    def sign_in(self, count: int):
        return pathlib.Path(self.headers).read_text().splitlines(), []
