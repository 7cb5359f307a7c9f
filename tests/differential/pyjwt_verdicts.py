#!/usr/bin/env python3
"""Judges the corpus with PyJWT: `pyjwt_verdicts.py CORPUS`, one line a case, `ID accept` or `ID refuse REASON`."""

import json
import sys

import jwt

LEEWAY = 600


def verdict(case: dict) -> str:
    key = jwt.PyJWK(case["key"], case["alg"])
    try:
        jwt.decode(
            case["token"],
            key,
            algorithms=[case["alg"]],
            audience=case.get("aud"),
            issuer=case.get("iss"),
            leeway=LEEWAY,
            options={"require": ["exp", "sub"]},
        )
    except jwt.PyJWTError as error:
        return f"refuse {type(error).__name__}: {error}"
    except Exception as error:  # a program that calls it would fail: a refusal, and worth showing
        return f"refuse (not its own error) {type(error).__name__}: {error}"
    return "accept"


def main() -> None:
    with open(sys.argv[1], encoding="ascii") as corpus:
        for line in corpus:
            case = json.loads(line)
            print(case["id"], verdict(case).replace("\n", " ").encode("ascii", "backslashreplace").decode()[:200])


if __name__ == "__main__":
    main()
