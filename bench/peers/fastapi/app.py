"""A typical back end: FastAPI, PyJWT, pwdlib's argon2, SQLAlchemy on SQLite.

After FastAPI's own security tutorial: one dependency that decodes the token and
loads the user, one login route that checks the password.
"""

import os
from datetime import datetime, timedelta, timezone
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pwdlib import PasswordHash
from pydantic import BaseModel
from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

SECRET = "bench-only-4f0d1c9a7e6b52883d1f0a6c95e2b7d4"
ALGORITHM = "HS256"

engine = create_engine(f"sqlite:///{os.environ['BENCH_DATA']}/fastapi.sqlite")
sessions = sessionmaker(engine)
passwords = PasswordHash.recommended()


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True, index=True)
    password: Mapped[str]


class Credentials(BaseModel):
    email: str
    password: str


Bearer = Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]
app = FastAPI()


# Plain functions, which FastAPI runs on its thread pool, and no session held
# across a dependency: with the tutorial's `async def` and a session dependency,
# 16 requests at once wait for each other's pool connections for 30 seconds.
def current_user(bearer: Bearer) -> User:
    try:
        claims = jwt.decode(bearer.credentials, SECRET, algorithms=[ALGORITHM])
    except jwt.InvalidTokenError as error:
        raise HTTPException(401, "Could not validate credentials") from error
    with sessions() as session:
        user = session.get(User, int(claims["sub"]))
    if user is None:
        raise HTTPException(401, "Could not validate credentials")
    return user


@app.get("/health")
def health():
    with sessions() as session:
        session.execute(select(1))
    return {"status": "healthy"}


@app.post("/login")
def login(credentials: Credentials):
    with sessions() as session:
        user = session.scalar(select(User).where(User.email == credentials.email))
    if user is None or not passwords.verify(credentials.password, user.password):
        raise HTTPException(401, "Incorrect email or password")
    expires = datetime.now(timezone.utc) + timedelta(minutes=60)
    token = jwt.encode({"sub": str(user.id), "exp": expires}, SECRET, algorithm=ALGORITHM)
    return {"access_token": token, "token_type": "bearer"}


@app.get("/status")
def status(user: Annotated[User, Depends(current_user)]):
    return {"authenticated": True, "email": user.email}
