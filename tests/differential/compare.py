#!/usr/bin/env python3
"""Holds the verdicts on the corpus to the page that lists the differences: `compare.py CORPUS VERDICTS_DIR PAGE`.

A disagreement that the page does not list is an error, and so is a listed one that no longer happens. `--show CLASS`
prints what each program said of one class. Counts as tests: one for each class.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

PROGRAMS = ["countersign", "jsonwebtoken", "PyJWT", "jose"]
ROW = re.compile(r"^\| (?P<kinds>`.+`) \| (?P<marks>(?:[+-] \| ){4})(?P<why>.*\S.*) \|$")


def verdicts(folder: Path) -> dict[int, tuple[str, ...]]:
    """What each program said of each case, in the order of PROGRAMS."""
    said = defaultdict(list)
    for program in PROGRAMS:
        for line in (folder / program).read_text(encoding="ascii").splitlines():
            number, words = line.split(" ", 1)
            said[int(number)].append(words)
    return {number: tuple(words) for number, words in said.items()}


def marks(words: tuple[str, ...]) -> str:
    return "".join("+" if word == "accept" else "-" for word in words)


def listed(page: Path) -> set[tuple[str, str]]:
    """The rows of the page: classes and verdicts. A row without a reason is no row."""
    rows = [ROW.match(line) for line in page.read_text(encoding="utf-8").splitlines()]
    return {
        (kind, re.sub(r"[ |]", "", row["marks"])) for row in rows if row for kind in re.findall(r"`([^`]+)`", row["kinds"])
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("verdicts", type=Path)
    parser.add_argument("page", type=Path)
    parser.add_argument("--show", metavar="CLASS")
    options = parser.parse_args()
    cases = [json.loads(line) for line in options.corpus.read_text(encoding="ascii").splitlines()]
    said = verdicts(options.verdicts)
    if set(said) != {case["id"] for case in cases} or {len(words) for words in said.values()} != {len(PROGRAMS)}:
        print("a program did not judge every case")
        return 1
    if options.show:
        for case in cases:
            if case["class"] == options.show:
                print(case["alg"], marks(said[case["id"]]), *said[case["id"]], sep="\n  ")
        return 0
    return report(cases, said, listed(options.page))


def report(cases: list[dict], said: dict[int, tuple[str, ...]], rows: set[tuple[str, str]]) -> int:
    found = {(case["class"], marks(said[case["id"]])) for case in cases}
    first = {}
    for case in cases:
        first.setdefault((case["class"], marks(said[case["id"]])), case)
    apart = {(kind, mark) for kind, mark in found if len(set(mark)) > 1}
    bad = sorted(apart - rows)
    for kind, mark in bad:
        print(f"not listed: | `{kind}` | {' | '.join(mark)} | |")
        for program, words in zip(PROGRAMS, said[first[kind, mark]["id"]]):
            print(f"    {program}: {words}")
    stale = sorted(rows - found)
    for kind, mark in stale:
        print(f"listed, but does not happen: {kind} {mark}")
    # Whatever the others do, a good token is accepted and a forged one refused.
    wrong = [(kind, mark) for kind, mark in sorted(found) if kind.startswith("good: ") and mark[0] != "+"]
    wrong += [(kind, mark) for kind, mark in sorted(found) if forged(kind) and mark[0] != "-"]
    for kind, mark in wrong:
        print(f"Countersign is wrong: {kind} {mark}")
    kinds = {kind for kind, _ in found}
    failed = {kind for kind, _ in [*bad, *stale, *wrong]}
    agreed = len(cases) - sum(1 for case in cases if (case["class"], marks(said[case["id"]])) in apart)
    print(f"{len(cases)} tokens, {agreed} judged alike by all, {len(apart)} kinds of disagreement")
    print(f"{len(kinds - failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def forged(kind: str) -> bool:
    """Classes of tokens that nobody who held the key has signed as they stand."""
    starts = ("wrong key", "unsigned: ", "confusion: ", "random: ", "signature: ", "alg: named another")
    return kind.startswith(starts) and kind != "signature: s negated" or kind.endswith("signed by the attacker")


if __name__ == "__main__":
    sys.exit(main())
