import { MeshError } from "@fairlead/core";
import { encodeChanges, replayChanges } from "./batch-codec.ts";
import { SecretFile, type SecretFileOptions } from "./secret-file.ts";
import { checksum, corrupt, decodeHead, encodeHead, type Head, NO_HEAD } from "./secret-head.ts";
import { maxLogBytes, SECRET_LIMITS, type SecretLimits, secretName } from "./secret-limits.ts";
import { encodeSnapshot, tooLarge } from "./snapshot-codec.ts";
import type { StateLog, Stored, StoredChange } from "./state-log.ts";
import { withoutContent } from "./without-content.ts";
import { WriteQueue } from "./write-queue.ts";

/** How long the end of a term waits for what is being written, in milliseconds. */
const CLOSE_PATIENCE_MS = 2_000;

export interface SecretLogOptions extends Omit<SecretFileOptions, "signal"> {
  /** Unique to this term of leadership. */
  readonly writer: string;
  /** Somebody else writes the state too: this process must end at once. */
  readonly onLost: (error: unknown) => void;
  /** The term is over: nothing is written much longer. */
  readonly signal: AbortSignal;
  /** Default {@link SECRET_LIMITS}. */
  readonly limits?: SecretLimits;
}

/**
 * The bundle's log in Secrets of a namespace (docs/adr/0015): head and log in one, snapshots in two halves by turns.
 * A change is one update of the first; a snapshot is written to the half that is not in use before the head names it.
 */
export class SecretLog implements StateLog {
  readonly #options: SecretLogOptions;
  readonly #limits: SecretLimits;
  readonly #closing = new AbortController();
  readonly #files = new Map<number, SecretFile>();
  readonly #entries = new Map<string, Stored>();
  readonly #queue: WriteQueue<StoredChange>;
  #head: Head = NO_HEAD;
  #log: Uint8Array = Buffer.alloc(0);

  private constructor(options: SecretLogOptions) {
    this.#options = options;
    this.#limits = options.limits ?? SECRET_LIMITS;
    this.#queue = new WriteQueue((changes) => this.#flush(changes));
  }

  /**
   * Reads the state and claims it, after which nobody who read it earlier can write it. What is damaged is logged as
   * `cache_corrupt`, its head kept in the last Secret, and begun anew.
   */
  static async open(options: SecretLogOptions): Promise<SecretLog> {
    for (;;) {
      const opened = new SecretLog(options);
      const giveUp = () => opened.#closing.abort(options.signal.reason);
      options.signal.addEventListener("abort", giveUp, { once: true });
      try {
        options.signal.throwIfAborted();
        await opened.#open();
        options.signal.addEventListener("abort", () => opened.#closeSoon(), { once: true });
        return opened;
      } catch (error) {
        // A last write of the process before us came in between: read it.
        if (MeshError.from(error).code !== "revision_mismatch") throw error;
      } finally {
        options.signal.removeEventListener("abort", giveUp);
      }
    }
  }

  get entries(): ReadonlyMap<string, Stored> {
    return this.#entries;
  }

  get isPartial(): boolean {
    return this.#head.partial;
  }

  write(changes: readonly StoredChange[]): Promise<void> {
    if (changes.length === 0) return Promise.resolve();
    for (const [key, value] of changes) {
      if (value === undefined) this.#entries.delete(key);
      else this.#entries.set(key, value);
    }
    return this.#queue.add(changes);
  }

  settled(): Promise<void> {
    return this.#queue.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const timer = this.#closeSoon();
    await this.#queue.settled().catch(() => {});
    clearTimeout(timer);
    this.#closing.abort();
  }

  #closeSoon(): NodeJS.Timeout {
    return setTimeout(() => this.#closing.abort(), CLOSE_PATIENCE_MS).unref();
  }

  async #open(): Promise<void> {
    const content = await this.#file(0).read();
    if (content !== undefined) {
      try {
        const { head, log } = decodeHead(content, secretName(0));
        await this.#restore(head, log);
        [this.#head, this.#log] = [head, log];
      } catch (thrown) {
        const { version } = this.#file(0);
        await this.#file(0).read();
        if (this.#file(0).version !== version) throw new MeshError("revision_mismatch", { public: "read it again" });
        const error = MeshError.from(thrown);
        if (error.code !== "cache_corrupt") throw thrown;
        const aside = 2 * this.#limits.secretsPerHalf + 1;
        this.#options.log.error("bundle cache is corrupt", { code: error.code, error, kept: secretName(aside) });
        await this.#file(aside).read();
        await this.#file(aside).write(content);
        this.#entries.clear();
      }
    }
    await this.#writeHead(this.#head, this.#log);
  }

  /** Throws `cache_corrupt` unless all of it is as the head says. */
  async #restore({ snapshot }: Head, log: Uint8Array): Promise<void> {
    const pieces: Uint8Array[] = [];
    for (let n = 0; n < (snapshot?.count ?? 0); n++) {
      const number = (snapshot?.first ?? 0) + n;
      const piece = (await this.#file(number).read())?.piece;
      if (piece === undefined) throw corrupt(secretName(number), "is missing or empty");
      pieces.push(piece);
    }
    if (snapshot !== undefined && checksum(pieces) !== snapshot.sha256) {
      throw corrupt(
        `${secretName(snapshot.first)} or one of the ${snapshot.count} from it`,
        "is not what its head says",
      );
    }
    for (const piece of pieces) await replayChanges(piece, this.#entries);
    await replayChanges(log, this.#entries);
  }

  async #flush(changes: readonly StoredChange[]): Promise<void> {
    try {
      const log = Buffer.concat([this.#log, ...(await encodeChanges(changes))]);
      const bound = maxLogBytes(this.#limits, this.#head.snapshot?.bytes ?? 0);
      if (log.length <= bound) await this.#writeHead(this.#head, log);
      else await this.#writeSnapshot();
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#options.onLost(error);
      throw error;
    }
  }

  /** Holds every change taken so far, also those whose turn to be written has not come. */
  async #writeSnapshot(): Promise<void> {
    const { first: used } = this.#head.snapshot ?? {};
    const first = used === 1 ? 1 + this.#limits.secretsPerHalf : 1;
    const { pieces, partial } = await this.#pieces();
    const files = pieces.map((_, n) => this.#file(first + n));
    const unknown = files.filter((file) => !file.isKnown);
    for (const file of unknown) await file.read();
    // What is seen of a Secret before a write of the head that succeeds was seen while nobody else led: whoever leads
    // later and writes the Secret makes our write to it fail.
    if (unknown.length > 0) await this.#writeHead(this.#head, this.#log);
    const of = Buffer.from(`${this.#options.writer} ${this.#head.sequence}`);
    for (const [n, piece] of pieces.entries()) await files[n]?.write({ piece, of });
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const snapshot = { first, count: pieces.length, bytes, sha256: checksum(pieces) };
    await this.#writeHead({ ...this.#head, snapshot, partial }, Buffer.alloc(0));
  }

  async #pieces(): Promise<{ readonly pieces: readonly Uint8Array[]; readonly partial: boolean }> {
    const { secretsPerHalf } = this.#limits;
    const entries = [...this.#entries];
    const pieces = await encodeSnapshot(entries, this.#limits);
    if (pieces.length <= secretsPerHalf) return { pieces, partial: false };
    const error = tooLarge(
      pieces.reduce((sum, piece) => sum + piece.length, 0),
      this.#limits,
    );
    this.#options.log.error("bundle does not fit its Secrets", { code: error.code, error });
    const names = await encodeSnapshot(
      entries.map(([key, value]) => [key, withoutContent(value)] as const),
      this.#limits,
    );
    if (names.length > secretsPerHalf) throw error;
    return { pieces: names, partial: true };
  }

  async #writeHead(head: Head, log: Uint8Array): Promise<void> {
    const next = { ...head, writer: this.#options.writer, sequence: this.#head.sequence + 1 };
    await this.#file(0).write(encodeHead(next, log));
    [this.#head, this.#log] = [next, log];
  }

  #file(number: number): SecretFile {
    const known = this.#files.get(number);
    if (known !== undefined) return known;
    const file = new SecretFile(secretName(number), { ...this.#options, signal: this.#closing.signal });
    this.#files.set(number, file);
    return file;
  }
}
