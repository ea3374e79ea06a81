import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@fairlead/testkit";
import { root } from "./test-instance.ts";

/** Where the pictures of every page go; git does not see it. */
export const SCREENSHOTS: string = join(root, "apps/console/screenshots");

/** The widths pages are looked at, in CSS pixels. */
export const WIDTHS = [1280, 400] as const;

/** Signs in as a person does: the token into its field, Enter. */
export async function signIn(page: Page, consoleUrl: string, token: string): Promise<void> {
  await page.goto(consoleUrl);
  await page.getByLabel("API token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation").first().waitFor({ state: "attached" });
}

/** What went wrong in the page by itself: errors nobody caught, and what the page's policy forbade. */
export function watchForTrouble(page: Page): readonly string[] {
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    // A refused request is the API's business and shown on the page; Chromium logs each one besides.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      trouble.push(message.text());
  });
  return trouble;
}

/** Goes on with Tab until this has the focus, as whoever has no mouse does. */
export async function tabTo(page: Page, target: Locator, most = 120): Promise<void> {
  for (let i = 0; i < most; i++) {
    if (await hasFocus(target)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${target} is not reached with Tab`);
}

/** Whether an element, or one in its shadow, has the focus. */
export function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element.getRootNode().activeElement === element);
}

/** The YAML editor's text. */
export async function editorLines(page: Page): Promise<string[]> {
  return page.locator(".cm-line").allTextContents();
}

/** Puts the cursor at the end of the first line that is this, and gives how it got there: with arrow keys alone. */
export async function goToLine(page: Page, text: string): Promise<void> {
  const lines = await editorLines(page);
  const index = lines.findIndex((line) => line.trim() === text);
  if (index < 0) throw new Error(`no line "${text}" in:\n${lines.join("\n")}`);
  await page.keyboard.press("Control+Home");
  for (let i = 0; i < index; i++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
}

/** Replaces what stands behind `key: ` in the first line that is `key: before`. */
export async function replaceValue(page: Page, key: string, before: string, after: string): Promise<void> {
  await goToLine(page, `${key}: ${before}`);
  for (let i = 0; i < before.length; i++) await page.keyboard.press("Backspace");
  await page.keyboard.type(after);
}

/** Takes a picture of the whole page into {@link SCREENSHOTS}. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** By how many pixels the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
