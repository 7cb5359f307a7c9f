// Writes the tables and BENCH_USERS accounts that share one password. The
// password is hashed once: what is measured is signing in, not registering.
import { hashPassword } from "better-auth/crypto";
import { getMigrations } from "better-auth/db/migration";
import { database, options } from "./auth.mjs";

const { BENCH_USERS, BENCH_PASSWORD } = process.env;
const { runMigrations } = await getMigrations(options);
await runMigrations();

const hash = await hashPassword(BENCH_PASSWORD);
const now = new Date().toISOString();
const user = database.prepare(
  'INSERT INTO "user" (id, name, email, emailVerified, createdAt, updatedAt) VALUES (?, ?, ?, 1, ?, ?)',
);
const account = database.prepare(
  'INSERT INTO "account" (id, accountId, providerId, userId, password, createdAt, updatedAt) VALUES (?, ?, ?, ?, ?, ?, ?)',
);
database.transaction(() => {
  for (let n = 0; n < Number(BENCH_USERS); n += 1) {
    const id = `user${n}`;
    user.run(id, id, `${id}@bench.example`, now, now);
    account.run(`account${n}`, id, "credential", id, hash, now, now);
  }
})();
