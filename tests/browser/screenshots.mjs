// Takes the pictures of the README: `COUNTERSIGN_BIN=… npm run screenshots`.
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { launch, visitor } from "./browser.mjs";
import { start } from "./server.mjs";

const folder = resolve(import.meta.dirname, "../../docs/images");
await mkdir(folder, { recursive: true });
const [browser, server] = await Promise.all([launch(), start()]);
try {
  const { page } = await visitor(browser, { colorScheme: "light" });
  await page.goto(`${server.url}/login`);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${folder}/sign-in.png` });
} finally {
  await browser.close();
  await server.stop();
}
