import { type Clock, type Log, MeshError } from "@fairlead/core";
import type { KubernetesClient } from "@fairlead/kubernetes";
import { parseObjectKey } from "@fairlead/kubernetes-types";
import type { StageReason } from "@fairlead/tunnel";
import { DeleteBudget } from "./delete-budget.ts";
import { type DeleteCounts, minuteOf } from "./delete-counts.ts";
import type { DeleteLog } from "./delete-log.ts";
import { type Change, judgeChange, type Refusal } from "./judge-change.ts";
import { PolicyWatch } from "./policy-watch.ts";

/** How a policy's fields are told from the object's own in a report. */
const FIELD_PREFIX = "connectorPolicy.";
/** More than any policy allows: what stands for a count that was lost. */
const UNKNOWN_COUNT = 1_000_000;
const LOAD_RETRY_MS = 1_000;

/** A change that may not be made now. */
export interface Hold {
  /** False while it is not known yet what the bounds are. */
  readonly isRefused: boolean;
  readonly why: StageReason;
}

export interface GuardOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly deletes: DeleteLog;
  /** What was held may pass now: ask again. */
  readonly onReleased: (keys: readonly string[]) => void;
}

/**
 * Keeps the connector within the bounds that the cluster's owner set in its ConnectorPolicy. Nothing passes before the
 * policy was looked for, or while it cannot be read. What is held is told again when it may pass.
 */
export class Guard implements AsyncDisposable {
  readonly #options: GuardOptions;
  readonly #policy: PolicyWatch;
  readonly #stop = new AbortController();
  /** What was held back, and until when; undefined: until the policy changes. */
  readonly #held = new Map<string, number | undefined>();
  #budget: DeleteBudget | undefined;
  #loading: Promise<void> | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
    const { client, clock, log } = options;
    this.#policy = new PolicyWatch({ client, clock, log, onChanged: () => this.#release(() => true) });
  }

  /** Looks for the policy, and at what was deleted before. Until then nothing passes. */
  start(): void {
    this.#policy.start();
    this.#loading ??= this.#load();
  }

  /** Whether the bounds are against a change of this object now. Nothing is counted or remembered. */
  forbids(key: string, action: Change["action"]): boolean {
    return this.#judge(key, action) !== undefined;
  }

  /**
   * Asks leave for a change; undefined gives it. A deletion is counted then, before this resolves: tell {@link deleted}
   * when it is made. Throws when it could not be counted.
   */
  async ask(key: string, action: Change["action"]): Promise<Hold | undefined> {
    if (action === "delete") this.#budget?.giveBack(key);
    else this.#budget?.made(key);
    const held = this.#judge(key, action);
    if (held !== undefined) {
      this.#held.set(key, held.until);
      return held;
    }
    this.#held.delete(key);
    const { bounds } = this.#policy;
    const isCounted = bounds.state === "set" && bounds.policy.maxDeletesPerHour !== undefined;
    if (action === "delete") await this.#budget?.take(key, isCounted);
    return undefined;
  }

  /** The object was deleted. */
  deleted(key: string): void {
    this.#budget?.made(key);
  }

  /** Due about every second: lets go what waited for a time that has come. */
  tick(): void {
    const now = this.#options.clock.now();
    this.#release((until) => until !== undefined && until <= now);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#policy[Symbol.asyncDispose]();
    await this.#loading;
  }

  #judge(key: string, action: Change["action"]): (Hold & Pick<Refusal, "until">) | undefined {
    const { bounds } = this.#policy;
    if (bounds.state === "unknown" || this.#budget === undefined) {
      const why = { reason: "unavailable", field: "", message: "the cluster's ConnectorPolicy is not read yet" };
      return { isRefused: false, why, until: undefined };
    }
    if (bounds.state === "none") return undefined;
    if (bounds.state === "unusable") return refused({ ...bounds, until: undefined });
    const { kind = "", namespace = "" } = parseObjectKey(key) ?? {};
    const change = { action, kind, namespace };
    const refusal = judgeChange(bounds.policy, change, this.#options.clock.now(), this.#budget.counts);
    return refusal === undefined ? undefined : refused(refusal);
  }

  #release(isDue: (until: number | undefined) => boolean): void {
    const due = [...this.#held].filter(([, until]) => isDue(until)).map(([key]) => key);
    for (const key of due) this.#held.delete(key);
    if (due.length > 0) this.#options.onReleased(due);
  }

  /** Tries until it is known what was deleted in the last hour. A count that is lost counts as used up. */
  async #load(): Promise<void> {
    const { clock, deletes, log } = this.#options;
    const { signal } = this.#stop;
    let lost: DeleteCounts | undefined;
    while (!signal.aborted && this.#budget === undefined) {
      try {
        if (lost !== undefined) await deletes.record(lost);
        this.#budget = new DeleteBudget(deletes, clock, lost ?? (await deletes.recentDeletes()));
      } catch (error) {
        if (MeshError.from(error).code === "cache_corrupt") lost = new Map([[minuteOf(clock.now()), UNKNOWN_COUNT]]);
        log.warn("recent deletions cannot be read", { error });
        await clock.sleep(LOAD_RETRY_MS, signal).catch(() => {});
      }
    }
    this.#release(() => true);
  }
}

function refused({ field, message, until }: Refusal): Hold & Pick<Refusal, "until"> {
  const why = { reason: "guard_refused", field: field === "" ? "" : `${FIELD_PREFIX}${field}`, message };
  return { isRefused: true, why, until };
}
