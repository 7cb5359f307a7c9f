"""One case: a token, and what to judge it by."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import keys

FEW = ["HS256", "RS256", "ES256", "EdDSA"]  # one algorithm of each family


@dataclass
class Corpus:
    """All cases, for one `now` in seconds since the epoch."""

    now: int
    cases: list[dict] = field(default_factory=list)
    draw: random.Random = field(default_factory=lambda: random.Random(1))

    def add(self, kind: str, token: str, alg: str, **settings) -> None:
        """A case of the class `kind`; `settings` may demand `aud` and `iss`, or give another `key`."""
        key = settings.pop("key", None) or keys.jwk(alg)
        self.cases.append({"class": kind, "token": token, "alg": alg, "key": key, **settings})

    def claims(self, changes: dict[str, str | None] | None = None) -> str:
        """Good claims as JSON text, with members changed to other JSON text or taken out."""
        members = {"sub": '"user-1"', "iat": str(self.now - 60), "exp": str(self.now + 3600), "name": '"Ada Lovelace"'}
        members.update(changes or {})
        return "{" + ",".join(f'"{name}":{value}' for name, value in members.items() if value is not None) + "}"

    def lines(self) -> Iterator[str]:
        for number, case in enumerate(self.cases):
            yield json.dumps({"id": number, **case})


def header(alg: str, more: str = "") -> str:
    return f'{{"alg":"{alg}","typ":"JWT"{more}}}'


def parts(alg: str, head: str | bytes, payload: str | bytes, which: str = "right", **options) -> list[str]:
    """The three parts of a token, well signed with the key of `alg`."""
    encoded = [keys.b64(part.encode() if isinstance(part, str) else part) for part in (head, payload)]
    return [*encoded, keys.b64(keys.sign(alg, ".".join(encoded).encode(), which, **options))]


def token(alg: str, head: str | bytes, payload: str | bytes, which: str = "right", **options) -> str:
    return ".".join(parts(alg, head, payload, which, **options))
