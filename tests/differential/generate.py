#!/usr/bin/env python3
"""Writes the corpus, one case a line as JSON: `generate.py NOW FILE`. The same NOW gives the same cases."""

import sys

from corpus import claims, encoding, headers
from corpus.case import Corpus


def main() -> None:
    now, path = int(sys.argv[1]), sys.argv[2]
    corpus = Corpus(now)
    for area in (headers, claims, encoding):
        area.add_all(corpus)
    with open(path, "w", encoding="ascii") as file:
        for line in corpus.lines():
            file.write(line + "\n")
    print(f"{len(corpus.cases)} cases of {len({case['class'] for case in corpus.cases})} classes")


if __name__ == "__main__":
    main()
