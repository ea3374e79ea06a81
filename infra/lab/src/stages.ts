/** Takes one line for people. */
export type Say = (line: string) => void;

/** How long each stage took. */
export class Stages {
  readonly #say: Say;
  readonly #started = performance.now();
  readonly #tookMs: [name: string, tookMs: number][] = [];

  constructor(say: Say) {
    this.#say = say;
  }

  /** Runs a stage and says how long it took. */
  async run<T>(name: string, work: () => Promise<T> | T): Promise<T> {
    const from = performance.now();
    const result = await work();
    const tookMs = performance.now() - from;
    this.#tookMs.push([name, tookMs]);
    this.#say(`${seconds(tookMs).padStart(7)}  ${name}`);
    return result;
  }

  /** Stages and their times in milliseconds, in order. */
  get tookMs(): readonly (readonly [name: string, tookMs: number])[] {
    return this.#tookMs;
  }

  /** Since the first stage could begin. */
  get total(): string {
    return seconds(performance.now() - this.#started);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
