"""Tables from measurements: medians, with the lowest and highest beside them."""

import pathlib
import platform
import subprocess
import time
from statistics import median

from .place import BENCH

BEGIN, END = "<!-- results: written by bench/run -->", "<!-- /results -->"


def machine() -> list[str]:
    cpu = next(
        line.split(":", 1)[1].strip()
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    )
    cores = pathlib.Path("/proc/cpuinfo").read_text().count("\nprocessor") + 1
    total = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) / 2**20
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return [
        f"- Machine: {cpu}, {cores} cores, {total:.0f} GiB memory, Linux {platform.release()}",
        f"- {rustc}, date {time.strftime('%Y-%m-%d')}",
    ]


def spread(values: list[float], digits: int = 0) -> str:
    if not values:
        return "–"
    text = lambda value: f"{value:,.{digits}f}"
    if len(values) == 1 or text(min(values)) == text(max(values)):
        return text(median(values))
    return f"{text(median(values))} ({text(min(values))}–{text(max(values))})"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def good(run: dict) -> dict:
    """Latencies of the answers that were good; an empty run has none."""
    return run["latency"].get("200", {"p50_ms": float("nan"), "p99_ms": float("nan"), "count": 0})


def load_table(results: dict, what: str) -> str:
    rows = []
    for name, runs in results.items():
        picked = [run[what] for run in runs if what in run]
        if not picked:
            continue
        rows.append([
            name,
            spread([run["good_per_second"] for run in picked]),
            spread([run["cpu_us_per_request"] for run in picked if run["cpu_us_per_request"]], 1),
            spread([good(run)["p50_ms"] for run in picked], 2),
            spread([good(run)["p99_ms"] for run in picked], 2),
            spread([run["rss_peak_kib"] / 1024 for run in picked], 1),
            spread([100 * run["generator_cpu_share"] for run in picked]),
            wrong(picked),
        ])
    head = ["server", "requests/s", "CPU µs/request", "p50 ms", "p99 ms", "memory MiB", "generator % of its core", "not 200"]
    return table(head, rows)


def wrong(runs: list[dict]) -> str:
    counts: dict[str, int] = {}
    for run in runs:
        for code, latency in run["latency"].items():
            if code != "200":
                counts[code] = counts.get(code, 0) + latency["count"]
    return ", ".join(f"{code}: {count}" for code, count in counts.items()) or "none"


def login_table(login: dict, hashes: list[dict]) -> str:
    bare = [run["cpu_us_per_hash"] for run in hashes]
    rows = [["bare argon2id hash", spread([run["hashes_per_second"] for run in hashes], 1), spread(bare), "", "", ""]]
    for name, runs in login.items():
        cost = [run["cpu_us_per_request"] for run in runs if run["cpu_us_per_request"]]
        over = [100 * (value / hashed - 1) for value, hashed in zip(cost, bare)] if "countersign" in name else []
        rows.append([
            name,
            spread([run["good_per_second"] for run in runs], 1),
            spread(cost),
            spread(over, 1),
            spread([good(run)["p99_ms"] for run in runs]),
            wrong(runs),
        ])
    return table(["", "per second", "CPU µs each", "% over the bare hash", "p99 ms", "not 200"], rows)


def storm_table(results: dict) -> str:
    rows = []
    for name, runs in results.items():
        for probe in ("open", "closed"):
            calm = [good(run[f"{probe}-calm"])["p99_ms"] for run in runs]
            stormy = [good(run[f"{probe}-storm"])["p99_ms"] for run in runs]
            logins = [run[f"{probe}-logins"] for run in runs]
            rows.append([
                f"{name}, {'50/s open' if probe == 'open' else '16 closed'}",
                spread(calm, 2),
                spread(stormy, 2),
                spread([after / before for before, after in zip(calm, stormy)], 2),
                spread([run["good_per_second"] for run in logins], 1),
                spread([good(run)["p99_ms"] for run in logins]),
                wrong(logins),
                str(sum(run["busy_without_retry_after"] for run in logins)),
                wrong([run[f"{probe}-storm"] for run in runs]),
                spread([max(run[f"{probe}-storm"]["rss_peak_kib"], login["rss_peak_kib"]) / 1024 for run, login in zip(runs, logins)], 1),
            ])
    head = [
        "check during storm", "p99 ms calm", "p99 ms storm", "ratio", "logins/s", "accepted logins p99 ms",
        "logins not 200", "busy without Retry-After", "checks not 200", "memory MiB",
    ]
    return table(head, rows)


def start_table(starts: dict, idle: dict, sizes: dict) -> str:
    rows = [
        [
            name,
            spread(times["start_ms"], 1) if (times := starts.get(name)) else "–",
            spread([kib / 1024 for kib in idle.get(name, [])], 1),
            f"{sizes[name] / 2**20:.1f}" if sizes.get(name) else "–",
        ]
        for name in sizes
    ]
    return table(["server", "start to healthy ms", "idle memory MiB", "binary MiB"], rows)


def text(results: dict) -> str:
    parts = ["\n".join([*machine(), f"- Command: `{results['command']}`, {results['users']} users, {results['repetitions']} repetitions, median (lowest–highest)",
             *(f"- {name}: {version}" for name, version in results["versions"].items()), f"- Load average before: {results['load_average']:.2f}"])]
    if results["status"]:
        parts += ["### Session check, 16 connections", load_table(results["status"], "status-16")]
        parts += ["### Session check, 64 connections", load_table(results["status"], "status-64")]
        parts += ["### Refresh, 64 chains", load_table(results["status"], "refresh")]
    if results["login"]:
        parts += ["### Sign-in on one core", login_table(results["login"], results["hash"])]
    for clients, runs in results["storm"].items():
        if runs:
            parts += [f"### Login storm, {clients} clients, both cores", storm_table(runs)]
    if results["starts"]:
        idle = {name: [run["rss_idle_kib"] for run in runs] for name, runs in results["status"].items()}
        parts += ["### Start and size", start_table(results["starts"], idle, results["sizes"])]
    return "\n\n".join(parts)


def write_readme(results: str) -> None:
    file = BENCH / "README.md"
    before, _, rest = file.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    file.write_text(f"{before}{BEGIN}\n{results}\n{END}{after}")
