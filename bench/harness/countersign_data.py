"""A thousand accounts from a few: the rows of accounts that the product's own
command made are copied under other ids and addresses, which saves a thousand
password hashes."""

import pathlib
import sqlite3
import uuid

from .place import email

TEMPLATES = 1


def multiply(data: pathlib.Path, users: int) -> None:
    """Copies the last template account until there are `users`."""
    (file,) = [path for path in data.iterdir() if path.suffix in {".db", ".sqlite", ".sqlite3"}]
    database = sqlite3.connect(file)
    database.row_factory = sqlite3.Row
    (template,) = database.execute("SELECT * FROM cs_users WHERE email = ?", [email(TEMPLATES - 1)]).fetchall()
    columns = template.keys()
    insert = f"INSERT INTO cs_users ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    high = uuid.UUID(template["id"]).int >> 48
    for number in range(TEMPLATES, users):
        row = dict(template) | {"id": str(uuid.UUID(int=high << 48 | number)), "email": email(number)}
        database.execute(insert, [row[column] for column in columns])
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
