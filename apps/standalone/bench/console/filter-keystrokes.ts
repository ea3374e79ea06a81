import { startChromium } from "@fairlead/testkit";
import { type ListPage, noted, signInBeforehand } from "./cold-starts.ts";
import { pageCpu } from "./page-cpu.ts";

/** One key typed into the filter. */
export interface Keystroke {
  /** From the key's event to the frame after the one that shows the filtered rows, in milliseconds. */
  readonly paintMs: number;
  /** CPU of the page's main thread that it took, in milliseconds. */
  readonly cpuMs: number;
}

/** Every key of these leaves fewer rows of 5,000: thirty keys. */
const WORDS = ["417", "2980", "35", "4026", "911", "1783", "64", "3508", "2199"];

/** Types words into the filter of the whole list, key by key. */
export async function filterKeystrokes(list: ListPage, say: (line: string) => void): Promise<Keystroke[]> {
  await using chromium = await startChromium();
  await signInBeforehand(chromium.context, list);
  const page = await chromium.context.newPage();
  await page.goto(list.url);
  const whole = page.getByText(`${list.routes} routes`, { exact: true });
  await whole.waitFor({ timeout: 180_000 });
  const field = page.getByRole("searchbox", { name: "Filter" });
  const cpu = await pageCpu(page);
  await page.evaluate(WATCH_KEYS);
  const measured: Keystroke[] = [];
  for (const [index, word] of WORDS.entries()) {
    await field.focus();
    for (const key of word) {
      await cpu.read();
      await page.evaluate("globalThis.paintMs = undefined");
      await page.keyboard.press(key);
      measured.push({ paintMs: await noted(page, "paintMs"), cpuMs: (await cpu.read()).cpuMs });
    }
    const times = measured.slice(-word.length).map(({ paintMs }) => Math.round(paintMs));
    say(`filtered by ${word}, word ${index + 1} of ${WORDS.length}: ${times.join(", ")} ms`);
    await field.fill("");
    await whole.waitFor({ timeout: 60_000 });
  }
  return measured;
}

/** From a key's own time stamp to two frames after the count of rows has changed. */
const WATCH_KEYS = `(() => {
  let from;
  addEventListener("keydown", (event) => { from = event.timeStamp; }, true);
  new MutationObserver((changes) => {
    const counted = ({ target }) => target.nodeType === Node.TEXT_NODE && target.parentElement?.closest("[role=status]");
    if (from === undefined || !changes.some(counted)) return;
    const started = from;
    from = undefined;
    requestAnimationFrame(() => requestAnimationFrame(() => { globalThis.paintMs = performance.now() - started; }));
  }).observe(document.body, { subtree: true, characterData: true, childList: true });
})()`;
