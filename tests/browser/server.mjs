// Starts the server that COUNTERSIGN_BIN names, on a free loopback port, with a data folder of its own.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const PROGRAM = resolve(import.meta.dirname, process.env.COUNTERSIGN_BIN ?? "../../target/release/countersign");
const PATIENCE_MS = 20_000;

/** Resolves to `{ url, stop, said }` once the server answers. */
export async function start() {
  const folder = await mkdtemp(join(tmpdir(), "countersign-browser-"));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const child = spawn(PROGRAM, ["serve"], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PUBLIC_URL: url,
      LISTEN: `127.0.0.1:${port}`,
      DATA_DIR: join(folder, "data"),
      // However busy the machine is, no sign-in of a test waits too long.
      HASH_WAIT: "60000",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (text) => (said += text));
  child.stderr.on("data", (text) => (said += text));
  const ended = new Promise((done) => {
    child.on("exit", done);
    child.on("error", (error) => done((said += String(error))));
  });
  let gone = false;
  void ended.then(() => (gone = true));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const until = Date.now() + PATIENCE_MS;
  while (!(await answers(url))) {
    if (gone || Date.now() > until) {
      await stop();
      throw new Error(`the server did not start:\n${said}`);
    }
    await wait(25);
  }
  return { url, stop, said: () => said };
}

async function answers(url) {
  try {
    return (await fetch(`${url}/login`)).ok;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.on("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
