"""The verifier alone, beside its peers: runs the programs of `micro/`, and makes the tables of what they say."""

import json
import os
import re
import subprocess
from statistics import median

from . import report
from .place import BENCH, LOAD_CORE, SERVER_CORE, TOOLS, pinned

PEERS = ["jsonwebtoken", "jwt-simple", "josekit"]
NAMES = ["floor", "countersign", "countersign, cached", *PEERS]
BEGIN, END = "<!-- verify: written by bench/run -->", "<!-- /verify -->"


def build() -> None:
    command = ["cargo", "build", "--release", "--locked", "--package", "micro", "--bins"]
    subprocess.run(command, cwd=BENCH, check=True)


def measure(quick: bool) -> dict:
    """Nanoseconds and allocations of every verifier. Threads need both cores, all else runs on one."""
    rounds, milliseconds = (5, 10) if quick else (31, 40)
    run = lambda command: json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    timed = lambda what: [TOOLS / "verify", what, str(rounds), str(milliseconds)]
    result = {"rounds": rounds, "milliseconds": milliseconds, "load_average": os.getloadavg()[0], "versions": versions()}
    for what in ("verifiers", "sizes", "keys"):
        result[what] = run(pinned(SERVER_CORE, timed(what)))
    result["threads"] = run(timed("threads"))
    result["allocations"] = run([TOOLS / "allocations"])
    return result


def versions() -> list[str]:
    lock = (BENCH / "Cargo.lock").read_text()
    found = dict(re.findall(r'name = "([^"]+)"\nversion = "([^"]+)"', lock))
    return [f"{name} {found[name]}" for name in ("countersign-verify", "aws-lc-rs", *PEERS)]


def text(result: dict, command: str) -> str:
    head = "\n".join([
        *report.machine(),
        f"- Command: `{command}`, {result['rounds']} rounds of {result['milliseconds']} ms, median (lowest–highest)",
        f"- {', '.join(result['versions'])}; jsonwebtoken with aws-lc-rs, jwt-simple pure Rust, josekit with OpenSSL",
        f"- {result['verifiers']['claims_bytes']} bytes of claims; load average before: {result['load_average']:.2f}",
    ])
    return "\n\n".join([
        head, "### One check, µs", verifiers(result), "### Against the goals", goals(result),
        "### Allocations in one check", allocations(result), "### Size, number of keys, threads", scaling(result),
    ])


def times(result: dict) -> dict[tuple[str, str], list[float]]:
    return {(row["name"], row["variant"]): row["ns"] for row in result["verifiers"]["rows"]}


def algorithms(result: dict) -> list[str]:
    return list(dict.fromkeys(row["variant"] for row in result["verifiers"]["rows"]))


def verifiers(result: dict) -> str:
    found, algs = times(result), algorithms(result)
    cell = lambda name, alg: report.spread([ns / 1000 for ns in found[name, alg]], 3)
    return report.table(["", *algs], [[name, *(cell(name, alg) for alg in algs)] for name in NAMES])


def goals(result: dict) -> str:
    """Ratios of what ran in the same round, so that a slow moment hits both sides."""
    found = times(result)

    def ratio(name: str, to: str, alg: str) -> float:
        return median(one / other for one, other in zip(found[name, alg], found[to, alg]))

    rows = [
        ["HS256, jsonwebtoken / countersign", f"{ratio('jsonwebtoken', 'countersign', 'HS256'):.2f}", "at least 3"],
        ["HS256, countersign / floor", f"{ratio('countersign', 'floor', 'HS256'):.2f}", "at most 1.35"],
    ]
    for alg in ("ES256", "EdDSA", "RS256"):
        rows.append([f"{alg}, countersign / bare aws-lc-rs", f"{ratio('countersign', 'floor', alg):.3f}", "at most 1.05"])
    slowest = max(median(found["countersign, cached", alg]) for alg in algorithms(result))
    rows.append(["cached, slowest algorithm, ns", f"{slowest:.0f}", "under 150"])
    return report.table(["", "measured", "goal"], rows)


def allocations(result: dict) -> str:
    rows = {(row["name"], row["variant"]): f"{row['count']} ({row['bytes']:,} bytes)" for row in result["allocations"]}
    algs = algorithms(result)
    return report.table(["", *algs], [[name, *(rows[name, alg] for alg in algs)] for name in NAMES])


def scaling(result: dict) -> str:
    rows = [
        [f"HS256, {row['variant']}", report.spread([ns / 1000 for ns in row["ns"]], 3), f"{median(row['ns']) / int(row['variant'].split()[0]):.2f} ns a byte"]
        for row in result["sizes"]["rows"]
    ]
    rows += [[row["variant"], report.spread([ns / 1000 for ns in row["ns"]], 3), ""] for row in result["keys"]["rows"]]
    for row in result["threads"]["rows"]:
        each = [1e6 / rate for rate in row["one"]]
        gain = median(row["two"]) / median(row["one"])
        rows.append([f"HS256, {row['name']}, two threads", report.spread(each, 3), f"{gain:.2f} times the checks a second"])
    return report.table(["", "µs", ""], rows)


def write_readme(tables: str) -> None:
    path = BENCH / "README.md"
    before, rest = path.read_text().split(BEGIN)
    path.write_text(f"{before}{BEGIN}\n{tables}\n{END}{rest.split(END)[1]}")
