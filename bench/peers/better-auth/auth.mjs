// Better Auth as its own documentation sets it up: email and password, SQLite
// through better-sqlite3. Only the rate limit is off, since one address makes
// every request here.
import { betterAuth } from "better-auth";
import Database from "better-sqlite3";

const { BENCH_DATA, BENCH_PORT } = process.env;
export const database = new Database(`${BENCH_DATA}/better-auth.sqlite`);
database.pragma("journal_mode = WAL");

export const options = {
  baseURL: `http://127.0.0.1:${BENCH_PORT}`,
  secret: "bench-only-4f0d1c9a7e6b52883d1f0a6c95e2b7d4",
  database,
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
};
export const auth = betterAuth(options);
