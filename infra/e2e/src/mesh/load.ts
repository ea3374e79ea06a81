import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { httpGet } from "@fairlead/testkit";

/** Requests that go on until stopped. */
export interface Load {
  /** Ends it; gives how many were answered, and each that was not with a 200. */
  stop(): Promise<{ readonly sent: number; readonly failures: readonly string[] }>;
}

export interface LoadOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Over connections that are kept, as most clients do, or one for each request. Default true. */
  readonly keepAlive?: boolean;
}

/** Asks every URL in turn, `rate` times a second in all. */
export function startLoad(urls: readonly string[], rate: number, options: LoadOptions = {}): Load {
  const { headers, keepAlive = true } = options;
  const agent = new Agent({ keepAlive, maxSockets: 32 });
  const failures: string[] = [];
  const open = new Set<Promise<void>>();
  let sent = 0;
  let going = true;
  const ask = async (url: string) => {
    const began = new Date().toISOString();
    const said = await httpGet(url, headers, { agent }).then(
      ({ status }) => (status === 200 ? undefined : `${status}`),
      (error: unknown) => (error instanceof Error ? error.message : `${error}`),
    );
    if (said !== undefined) failures.push(`${began} ${url}: ${said}`);
  };
  const running = (async () => {
    while (going) {
      const one = ask(urls[sent % urls.length] ?? "").finally(() => open.delete(one));
      open.add(one);
      sent++;
      await sleep(1_000 / rate);
    }
    await Promise.all(open);
    agent.destroy();
  })();
  return {
    stop: async () => {
      going = false;
      await running;
      return { sent, failures };
    },
  };
}
