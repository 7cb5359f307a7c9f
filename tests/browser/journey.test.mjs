// From a new account to signing out, as a person goes through it: once with JavaScript, once without.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertAccessible, launch, visitor } from "./browser.mjs";
import { start } from "./server.mjs";

const OLD = "four calm horses graze";
const NEW = "seven loud geese complain";

let browser, server;
before(async () => {
  [browser, server] = await Promise.all([launch(), start()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const PLANS = [
  { name: "light", email: "light@example.org", options: { colorScheme: "light" } },
  { name: "dark, on a phone", email: "dark@example.org", options: { colorScheme: "dark", viewport: { width: 390, height: 844 } } },
  { name: "without JavaScript", email: "plain@example.org", options: { javaScriptEnabled: false } },
];

for (const { name, email, options } of PLANS) {
  describe(name, () => {
    let context, page, troubles;
    // axe itself needs JavaScript; the pages are the same without.
    const check = async () => options.javaScriptEnabled === false || assertAccessible(page);
    const go = async (path) => {
      const response = await page.goto(server.url + path);
      await check();
      return response;
    };
    const press = async (button) => {
      await page.getByRole("button", { name: button, exact: true }).click();
      await page.waitForLoadState();
      await check();
    };
    const fill = (label, text) => page.getByLabel(label, { exact: true }).fill(text);
    const path = () => new URL(page.url()).pathname;
    const says = (text) => page.getByText(text).first().waitFor({ timeout: 5000 });

    before(async () => ({ context, page, troubles } = await visitor(browser, options)));
    after(() => context.close());

    test("registers, with all errors shown at once", async () => {
      await go("/register");
      await fill("Name", "Ada <script>");
      await fill("Email", "no address");
      await fill("Password", "password");
      await press("Create the account");
      assert.equal(await page.locator("[aria-invalid]").count(), 2);
      assert.equal(await page.getByLabel("Email", { exact: true }).inputValue(), "no address");
      assert.equal(await page.getByLabel("Password", { exact: true }).inputValue(), "");
      await fill("Email", email);
      await fill("Password", OLD);
      await press("Create the account");
      await says("Look into your mail");
    });

    test("cannot sign in before the address is verified, and is told why", async () => {
      await go("/login");
      await fill("Email", email);
      await fill("Password", OLD);
      await press("Sign in");
      assert.equal(path(), "/login");
      await says("email-unverified");
    });

    test("verifies the address with the link of the letter", async () => {
      await go("/dev/mail");
      await page.getByRole("listitem").filter({ hasText: email }).first().getByRole("link").click();
      await page.waitForURL("**/dev/mail/*");
      await check();
      await page.getByRole("article").getByRole("link", { name: "/verify?token=" }).click();
      await page.waitForURL("**/verify?token=*");
      // Only who registered knows the password: a stranger's registration stays closed.
      await fill("Password", "not the password at all");
      await press("Confirm the address");
      assert.equal(path(), "/verify");
      await fill("Password", OLD);
      await press("Confirm the address");
      assert.equal(path(), "/login");
    });

    test("is refused with a wrong password, and signs in with the right one", async () => {
      await go("/login?next=/account/sessions");
      await fill("Email", email);
      await fill("Password", "three calm horses graze");
      await press("Sign in");
      await says("credentials-invalid");
      await fill("Password", OLD);
      await press("Sign in");
      assert.equal(path(), "/account/sessions");
      await says("this device");
    });

    test("sees the name as it was typed", async () => {
      await go("/account");
      assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Ada <script>");
      await fill("Name", "Ada Lovelace");
      await press("Save the name");
      assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Ada Lovelace");
    });

    test("ends a session on another device, where the end is explained", async () => {
      const other = await visitor(browser, options);
      await other.page.goto(`${server.url}/login`);
      await other.page.getByLabel("Email", { exact: true }).fill(email);
      await other.page.getByLabel("Password", { exact: true }).fill(OLD);
      await other.page.getByRole("button", { name: "Sign in" }).click();
      await other.page.waitForURL("**/account");
      await go("/account/sessions");
      assert.equal(await page.getByRole("listitem").count(), 2);
      await page.getByRole("button", { name: /^End/ }).click();
      await page.waitForLoadState();
      assert.equal(await page.getByRole("listitem").count(), 1);
      await other.page.goto(`${server.url}/account`);
      assert.equal(new URL(other.page.url()).pathname, "/login");
      await other.page.getByText("You were signed out because").first().waitFor({ timeout: 5000 });
      await other.context.close();
    });

    test("changes the password", async () => {
      await go("/account/security");
      await fill("Current password", OLD);
      await fill("New password", NEW);
      await press("Change the password");
      await says("Your password was changed");
    });

    test("signs out, and only the new password signs in again", async () => {
      await press("Sign out");
      assert.equal(path(), "/login");
      await go("/account");
      assert.equal(path(), "/login");
      await fill("Email", email);
      await fill("Password", OLD);
      await press("Sign in");
      await says("credentials-invalid");
      await fill("Password", NEW);
      await press("Sign in");
      assert.equal(path(), "/account");
    });

    test("resets a forgotten password", async () => {
      await press("Sign out");
      await go("/forgot");
      await fill("Email", email);
      await press("Send the link");
      await says("Look into your mail");
      await go("/dev/mail");
      await page.getByRole("listitem").filter({ hasText: email }).first().getByRole("link").click();
      await page.waitForURL("**/dev/mail/*");
      await page.getByRole("article").getByRole("link", { name: "/reset?token=" }).click();
      await page.waitForURL("**/reset?token=*");
      await fill("New password", OLD);
      await press("Set the password");
      assert.equal(path(), "/login");
      await fill("Email", email);
      await fill("Password", OLD);
      await press("Sign in");
      assert.equal(path(), "/account");
    });

    test("nothing was blocked and nothing failed on the way", () => {
      // A refused form answers with a status of 400 or more, which the console reports: that is meant.
      const unmeant = troubles.filter((text) => !/the server responded with a status of 4\d\d/.test(text));
      assert.deepEqual(unmeant, []);
    });
  });
}

describe("documentation", () => {
  for (const path of ["/docs/errors/", "/docs/errors/CSN4001", "/api/docs"]) {
    test(path, async () => {
      const { context, page } = await visitor(browser);
      assert.equal((await page.goto(server.url + path)).status(), 200);
      await assertAccessible(page);
      await context.close();
    });
  }
});
