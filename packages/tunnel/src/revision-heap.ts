import { compareRevisions, type Revision } from "@fairlead/core";

interface Item {
  readonly key: string;
  readonly revision: Revision;
}

/** A binary min-heap of keys by revision. What is out of date is left in and skipped when it comes up. */
export class RevisionHeap {
  #items: Item[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(key: string, revision: Revision): void {
    const items = this.#items;
    items.push({ key, revision });
    let at = items.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) break;
      at = parent;
    }
  }

  /** The least revision whose item is current; drops those before it that are not. */
  least(current: (key: string, revision: Revision) => boolean): Revision | undefined {
    for (;;) {
      const top = this.#items[0];
      if (top === undefined || current(top.key, top.revision)) return top?.revision;
      this.#pop();
    }
  }

  /** Starts over with these items. */
  rebuild(items: Iterable<Item>): void {
    this.#items = [];
    for (const { key, revision } of items) this.push(key, revision);
  }

  #pop(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    items[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const least = this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfBefore(least, at)) return;
      at = least;
    }
  }

  #before(a: number, b: number): boolean {
    const first = this.#items[a];
    const second = this.#items[b];
    return first !== undefined && second !== undefined && compareRevisions(first.revision, second.revision) < 0;
  }

  #swapIfBefore(a: number, b: number): boolean {
    const first = this.#items[a];
    const second = this.#items[b];
    if (first === undefined || second === undefined || compareRevisions(first.revision, second.revision) >= 0) {
      return false;
    }
    this.#items[a] = second;
    this.#items[b] = first;
    return true;
  }
}
