import { Agent, request } from "node:http";
import { systemClock } from "@fairlead/core";

/** One answer: its status and the header that names the backend. */
export interface Answer {
  readonly status: number;
  readonly backend: string | undefined;
}

/** Sends GETs for one host over kept-alive connections to one address. */
export class Prober implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  readonly #target: URL;

  /** `target` is the listener, such as `http://127.77.0.1`. */
  constructor(target: string) {
    this.#target = new URL(target);
  }

  get(host: string, path = "/"): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#target;
      const sent = request({ agent: this.#agent, hostname, port, path, headers: { host } }, (response) => {
        response.resume();
        response.on("error", reject);
        response.on("end", () => {
          const backend = response.headers["x-backend"];
          resolve({ status: response.statusCode ?? 0, backend: typeof backend === "string" ? backend : undefined });
        });
      });
      sent.on("error", reject);
      sent.setTimeout(30_000, () => sent.destroy(new Error("no answer within 30 s")));
      sent.end();
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

export interface Watch {
  /** When the new state was first answered, on `performance.now()`'s scale. */
  readonly at: number;
  /** Answers that were neither the old nor the new state. */
  readonly wrong: readonly Answer[];
}

/** Asks about every millisecond until the new state answers. Throws after `timeoutMs`. */
export async function untilNew(
  ask: () => Promise<Answer>,
  isOld: (answer: Answer) => boolean,
  isNew: (answer: Answer) => boolean,
  timeoutMs = 30_000,
): Promise<Watch> {
  const wrong: Answer[] = [];
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const answer = await ask();
    if (isNew(answer)) return { at: performance.now(), wrong };
    if (!isOld(answer)) wrong.push(answer);
    await systemClock.sleep(1);
  }
  throw new Error(`the new state did not show within ${timeoutMs} ms`);
}
