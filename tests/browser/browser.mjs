// One Chromium for a test file, and what must hold for every page that it shows.
import assert from "node:assert/strict";
import axe from "axe-core";
import { chromium } from "playwright-core";

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** A visitor: a browser context of its own whose page reports everything that goes wrong. */
export async function visitor(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // Leaving a page before its pictures are there aborts them.
    if (why !== "net::ERR_ABORTED") troubles.push(`${request.url()}: ${why}`);
  });
  return { context, page, troubles };
}

/** WCAG 2.2 AA as far as axe can see it. The script comes in by the debugger, past the page's policy. */
export async function assertAccessible(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" ")}`);
  assert.deepEqual(found, [], page.url());
}
