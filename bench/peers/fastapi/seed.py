"""Writes BENCH_USERS accounts that share one password, hashed once."""

import os

from app import Base, User, engine, passwords, sessions

Base.metadata.create_all(engine)
digest = passwords.hash(os.environ["BENCH_PASSWORD"])
with sessions.begin() as session:
    session.add_all(
        User(email=f"user{n}@bench.example", password=digest)
        for n in range(int(os.environ["BENCH_USERS"]))
    )
