// The way of an administrator: from what was refused to the fix, on a wide screen, a phone, and without JavaScript.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertAccessible, launch, visitor } from "./browser.mjs";
import { start } from "./server.mjs";

const EMAIL = "ada@example.org";
const PASSWORD = "four calm horses graze";
// A token that nobody here signed, of an account that nobody here has.
const FOREIGN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiIsImV4cCI6NDEwMjQ0NDgwMH0.bm9ib2R5IHNpZ25lZCB0aGlzIHRva2VuIGhlcmUuLi4";

let browser, server, signedIn, mismatch;

before(async () => {
  [browser, server] = await Promise.all([launch(), start()]);
  const { context, page } = await visitor(browser);
  const fill = (label, text) => page.getByLabel(label, { exact: true }).fill(text);
  await page.goto(server.url + /\/setup\?token=\S+/.exec(server.said())[0]);
  await fill("Name", "Ada");
  await fill("Email", EMAIL);
  await fill("Password", PASSWORD);
  await page.getByRole("button", { name: "Make the first admin" }).click();
  await page.waitForURL("**/login*");
  // Who is not signed in is led to the sign-in, and back.
  await page.goto(`${server.url}/admin`);
  await fill("Email", EMAIL);
  await fill("Password", PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/admin");
  signedIn = await context.storageState();
  await context.close();
  for (const method of ["GET", "PUT"]) await fetch(`${server.url}/api/settings`, { method });
  const refused = await fetch(`${server.url}/api/settings`, { headers: { authorization: `Bearer ${FOREIGN}` } });
  mismatch = refused.headers.get("x-trace-id");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const PLANS = [
  { name: "light", options: { colorScheme: "light" } },
  { name: "dark, on a phone", options: { colorScheme: "dark", viewport: { width: 390, height: 844 } } },
  { name: "on a very small phone", options: { colorScheme: "light", viewport: { width: 320, height: 640 } } },
  { name: "without JavaScript", options: { javaScriptEnabled: false } },
];

for (const { name, options } of PLANS) {
  describe(name, () => {
    let context, page, troubles;
    const check = async () => {
      // axe itself needs JavaScript; the pages are the same without.
      if (options.javaScriptEnabled === false) return;
      await assertAccessible(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - globalThis.innerWidth);
      assert.ok(wide <= 0, `${page.url()} is ${wide} px wider than the screen`);
    };
    const go = async (path) => {
      await page.goto(server.url + path);
      await check();
    };
    const path = () => new URL(page.url()).pathname;

    before(async () => ({ context, page, troubles } = await visitor(browser, { ...options, storageState: signedIn })));
    after(() => context.close());

    test("finds the way from the account", async () => {
      await go("/account");
      await page.getByRole("link", { name: "Admin", exact: true }).click();
      await page.waitForURL("**/admin");
      await check();
      await page.getByRole("link", { name: "Your account" }).waitFor();
    });

    test("sees what was refused, and filters it by cause", async () => {
      // What was refused is written a moment later.
      const row = page.locator(`a[href="/admin/refusals/${mismatch}"]`);
      for (let tries = 0; tries < 100 && (await row.count()) === 0; tries += 1) await page.goto(`${server.url}/admin`);
      const whole = await page.locator("li.refusal").count();
      assert.ok(whole >= 3, `${whole} refusals`);
      await page.getByLabel("Cause", { exact: true }).selectOption("secret-mismatch");
      await page.getByRole("button", { name: "Filter" }).click();
      await page.waitForURL("**/admin?cause=secret-mismatch");
      await check();
      assert.equal(await page.locator("li.refusal").count(), 1);
    });

    test("reads why, and what to do", async () => {
      await page.locator(`a[href="/admin/refusals/${mismatch}"]`).click();
      await page.waitForURL(`**/admin/refusals/${mismatch}`);
      await check();
      for (const heading of ["What to do", "What was presented", "What was checked"]) {
        await page.getByRole("heading", { name: heading }).waitFor();
      }
      const text = await page.getByRole("main").innerText();
      assert.match(text, /secret-mismatch/);
      assert.match(text, /sha256:[0-9a-f]{8}, \d+ bytes/);
      assert.ok(!text.includes(FOREIGN.slice(0, 20)), "no token");
    });

    test("looks a trace up by its id, and is told when there is none", async () => {
      await go("/admin");
      const field = page.getByLabel("Look up a trace");
      const press = () => page.getByRole("button", { name: "Look up" }).click();
      await field.fill("not an id");
      await press();
      await page.getByText("A trace id is 32 hexadecimal digits").waitFor();
      await check();
      assert.equal(await field.inputValue(), "not an id");
      await field.fill(` "${mismatch.toUpperCase()}"`);
      await press();
      await page.waitForURL(`**/admin/refusals/${mismatch}`);
      await go(`/admin/refusals/${"0".repeat(32)}`);
      assert.equal(path(), `/admin/refusals/${"0".repeat(32)}`);
      await page.getByText("No trace with this id is kept").waitFor();
    });

    test("nothing was blocked and nothing failed on the way", () => {
      const unmeant = troubles.filter((text) => !/the server responded with a status of 4\d\d/.test(text));
      assert.deepEqual(unmeant, []);
    });
  });
}
