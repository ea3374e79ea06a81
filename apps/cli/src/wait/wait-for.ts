import type { Convergence, ConvergenceStage, RollUp } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { eachLimited } from "../each-limited.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { laggards, reached, refusals } from "../output/convergence-text.ts";

/** How long and for what to wait. */
export interface WaitOptions {
  readonly stage: ConvergenceStage;
  /** In all, over everything waited for, in milliseconds. */
  readonly timeoutMs: number;
}

/** One thing to wait for. */
export interface Awaited {
  /** What to call it in progress and results. */
  readonly title: string;
  /** Reads the vector; the server holds the answer for up to `waitMs` while it is not decided. */
  read(waitMs: number): Promise<Convergence | RollUp>;
}

/** The result: the exit code, and the vectors as they were last seen. */
export interface WaitResult {
  readonly code: ExitCode;
  readonly vectors: readonly (Convergence | RollUp)[];
}

/** Longest time the server is asked to hold an answer: the pace of progress lines. */
const HOLD_MS = 1_000;
/** Shortest time between two questions that brought nothing new, for answers that are not held (an intent that is placed nowhere). */
const PAUSE_MS = 200;

/** One thing that is not decided yet, and how it looked last. */
interface Open {
  readonly one: Awaited;
  vector: Convergence | RollUp | undefined;
  trouble: MeshError | undefined;
}

/**
 * Waits until everything is converged at the stage, or at `applied` where proxies cannot be observed. Ends with `rejected` as soon as anything is refused, with
 * `timeout` when the time is over. An API that is away for a while is waited for too. Progress goes to standard error.
 */
export async function waitFor(awaited: readonly Awaited[], options: WaitOptions, io: Io): Promise<WaitResult> {
  const deadline = io.clock.now() + options.timeoutMs;
  const progress = progressOf(io);
  const all: Open[] = awaited.map((one) => ({ one, vector: undefined, trouble: undefined }));
  const result = (code: ExitCode): WaitResult => ({ code, vectors: all.flatMap(({ vector }) => vector ?? []) });
  let open = all;
  for (;;) {
    const asked = io.clock.now();
    const holdMs = Math.max(0, Math.min(HOLD_MS, deadline - asked));
    // The server holds the answer for one of them; the others are looked at meanwhile.
    await eachLimited(open, (item) => look(item, item === open[0] ? holdMs : 0));
    for (const item of open) if (isDone(item)) progress(doneLine(item, options));
    const before = open.length;
    open = open.filter((item) => !isDone(item));
    const refused = open.filter((item) => item.trouble === undefined && item.vector?.state === "rejected");
    if (refused.length > 0) {
      for (const item of refused) reportRefusal(item, io);
      return result(EXIT.rejected);
    }
    const [first] = open;
    if (first === undefined) return result(EXIT.ok);
    const left = deadline - io.clock.now();
    if (left <= 0) {
      for (const item of open) reportTimeout(item, options, io);
      return result(EXIT.timeout);
    }
    const more = open.length > 1 ? ` (and ${open.length - 1} more)` : "";
    progress(`${first.one.title}: waiting: ${said(first)}${more}`);
    const spent = io.clock.now() - asked;
    if (open.length === before && spent < PAUSE_MS) await io.clock.sleep(Math.min(PAUSE_MS - spent, left));
  }
}

async function look(item: Open, waitMs: number): Promise<void> {
  try {
    item.vector = await item.one.read(waitMs);
    item.trouble = undefined;
  } catch (error) {
    item.trouble = transient(error);
  }
}

function isDone({ vector, trouble }: Open): boolean {
  return trouble === undefined && vector?.state === "converged";
}

function doneLine({ one, vector }: Open, { stage }: WaitOptions): string {
  const done = vector === undefined ? `${stage} everywhere` : reached(vector, stage);
  return `${one.title}: ${done} (revision ${vector?.revision}: ${vector?.summary})`;
}

function reportRefusal({ one, vector }: Open, io: Io): void {
  io.err(`error: ${one.title} was rejected (${vector?.summary})`);
  for (const line of vector === undefined ? [] : refusals(vector)) io.err(`  ${line}`);
}

function reportTimeout(item: Open, { stage, timeoutMs }: WaitOptions, io: Io): void {
  io.err(`error: ${item.one.title} is not ${stage} everywhere after ${timeoutMs / 1000} s: ${said(item)}`);
  for (const line of item.vector === undefined ? [] : laggards(item.vector)) io.err(`  ${line}`);
}

/** Gives back an error that time may heal, throws any other. */
function transient(error: unknown): MeshError {
  if (error instanceof MeshError && ["unavailable", "timeout", "rate_limited"].includes(error.code)) return error;
  throw error;
}

function said({ vector, trouble }: Open): string {
  return trouble?.public ?? vector?.summary ?? "nothing is known yet";
}

/** Replaces the line on a terminal; elsewhere a line is written only when it says something new. */
function progressOf(io: Io): (line: string) => void {
  let last: string | undefined;
  return (line) => {
    if (line === last) return;
    last = line;
    if (io.progress === undefined || !line.includes(": waiting: ")) io.err(line);
    else io.progress(line);
  };
}
