import { createServer } from "node:http";
import { type Page, startChromium } from "@fairlead/testkit";
import { pageCpu } from "./page-cpu.ts";

/** The list that is measured. */
export interface ListPage {
  readonly url: string;
  readonly token: string;
  /** How many rows it has. */
  readonly routes: number;
}

/** One start of the list in a browser that has cached nothing; times from the start of the navigation, in milliseconds. */
export interface Start {
  readonly firstPaintMs: number;
  readonly firstRowsMs: number;
  readonly allRowsMs: number;
  /** CPU of the page's main thread until all rows were there. */
  readonly cpuMs: number;
  /** The part of it that ran scripts. */
  readonly scriptMs: number;
  /** First contentful paint of an empty page in the same browser. */
  readonly floorMs: number;
}

/** Opens the list in so many new browsers, after an empty page in each. */
export async function coldStarts(list: ListPage, starts: number, say: (line: string) => void): Promise<Start[]> {
  using empty = await emptySite();
  const measured: Start[] = [];
  for (let i = 1; i <= starts; i++) {
    await using chromium = await startChromium();
    // The browser's own start is over when the second page is asked for.
    await firstPaint(await chromium.context.newPage(), `${empty.origin}/warm-up`);
    const floorMs = await firstPaint(await chromium.context.newPage(), empty.origin);
    await signInBeforehand(chromium.context, list);
    const page = await chromium.context.newPage();
    await page.addInitScript(WATCH_ROWS);
    const cpu = await pageCpu(page);
    const firstPaintMs = await firstPaint(page, list.url);
    const allRowsMs = await noted(page, "allRowsMs");
    const { cpuMs, scriptMs } = await cpu.read();
    const firstRowsMs = await noted(page, "firstRowsMs");
    measured.push({ firstPaintMs, firstRowsMs, allRowsMs, cpuMs, scriptMs, floorMs });
    const marks = [floorMs, firstPaintMs, firstRowsMs, allRowsMs].map(Math.round).join(", ");
    say(`cold start ${i} of ${starts}: empty page, first paint, first rows, all rows after ${marks} ms`);
  }
  return measured;
}

/** Makes every page of a browser start as after signing in. */
export async function signInBeforehand(
  context: { addInitScript(script: string): Promise<unknown> },
  { token }: ListPage,
): Promise<void> {
  await context.addInitScript(`sessionStorage.setItem("fairlead.token", ${JSON.stringify(token)})`);
}

/** What a script in the page notes under this name, once it has; waits three minutes at most. */
export function noted(page: Page, name: string): Promise<number> {
  // One expression: the page's policy forbids the eval that playwright's own waiting needs.
  return page.evaluate<number>(`new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("${name} is not noted within three minutes")), 180_000);
    const look = () => globalThis.${name} === undefined ? setTimeout(look, 20) : resolve(globalThis.${name});
    look();
  })`);
}

/** Notes when the first row is in the page, and when the count above the rows no longer says that more are coming. */
const WATCH_ROWS = `new MutationObserver(() => {
  if (globalThis.firstRowsMs === undefined && document.querySelector("tbody tr[aria-rowindex]"))
    globalThis.firstRowsMs = performance.now();
  if (globalThis.allRowsMs === undefined)
    for (const status of document.querySelectorAll("[role=status]"))
      if (/^\\d+ routes$/.test(status.textContent)) globalThis.allRowsMs = performance.now();
}).observe(document, { subtree: true, childList: true, characterData: true })`;

async function firstPaint(page: Page, url: string): Promise<number> {
  await page.goto(url);
  return page.evaluate<number>(`new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const [paint] = list.getEntriesByName("first-contentful-paint");
      if (paint !== undefined) resolve(paint.startTime);
    }).observe({ type: "paint", buffered: true });
  })`);
}

async function emptySite(): Promise<Disposable & { readonly origin: string }> {
  const server = createServer((_, response) =>
    response.setHeader("content-type", "text/html").end("<!doctype html><title>empty</title><p>empty</p>"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server of the empty page has no port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    [Symbol.dispose]: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
