import { existsSync } from "node:fs";
import { join } from "node:path";
import { Journal } from "@fairlead/core";
import type { Resource } from "./resource.ts";

export interface LedgerOptions {
  /** The lab's directory. */
  readonly directory: string;
  /** Called around every creation; a test ends the process here. */
  readonly onStep?: (step: LedgerStep) => void;
}

export interface LedgerStep {
  /** Counts creations, from 1. */
  readonly number: number;
  readonly when: "recorded" | "made";
  readonly resource: Resource;
}

/** What a lab has made on this machine, on disk before it was made, so that `down` finds it after any crash. */
export class Ledger implements Disposable {
  readonly #journal: Journal<Resource>;
  readonly #onStep: (step: LedgerStep) => void;
  #count = 0;

  private constructor(journal: Journal<Resource>, onStep: (step: LedgerStep) => void) {
    this.#journal = journal;
    this.#onStep = onStep;
  }

  /** Whether a lab has ever been begun in this directory and not been taken away. */
  static exists(directory: string): boolean {
    return existsSync(join(directory, FILE));
  }

  /** Opens the ledger, making the directory (whose own entry is the first). Throws `cache_corrupt` when it is damaged. */
  static open({ directory, onStep = () => {} }: LedgerOptions): Ledger {
    const journal = Journal.open<Resource>({ path: join(directory, FILE) });
    const ledger = new Ledger(journal, onStep);
    if (journal.entries.size === 0) ledger.#record({ kind: "directory", path: directory });
    return ledger;
  }

  /** Everything recorded, oldest first. */
  get resources(): readonly Resource[] {
    return [...this.#journal.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, resource]) => resource);
  }

  /** Records the resource, then makes it. What fails half-way stays recorded. */
  async make<T>(resource: Resource, create: () => T | Promise<T>): Promise<T> {
    const number = ++this.#count;
    this.#record(resource);
    this.#onStep({ number, when: "recorded", resource });
    const made = await create();
    this.#onStep({ number, when: "made", resource });
    return made;
  }

  [Symbol.dispose](): void {
    this.#journal[Symbol.dispose]();
  }

  #record(resource: Resource): void {
    const key = `${this.#journal.entries.size}`.padStart(6, "0");
    this.#journal.write([[key, resource]]);
  }
}

const FILE = "made.journal";
