import type { Convergence, ConvergenceStage, RollUp } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { laggards, refusals } from "../output/convergence-text.ts";

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
/** Shortest time between two questions, for a server that does not hold. */
const PAUSE_MS = 50;

/**
 * Waits until everything is converged at the stage. Ends with `rejected` as soon as something is refused, with
 * `timeout` when the time is over. An API that is away for a while is waited for too. Progress goes to standard error.
 */
export async function waitFor(awaited: readonly Awaited[], options: WaitOptions, io: Io): Promise<WaitResult> {
  const deadline = io.clock.now() + options.timeoutMs;
  const progress = progressOf(io);
  const vectors: (Convergence | RollUp)[] = [];
  for (const one of awaited) {
    const { code, vector } = await waitForOne(one, options, deadline, progress, io);
    if (vector !== undefined) vectors.push(vector);
    if (code !== EXIT.ok) return { code, vectors };
  }
  return { code: EXIT.ok, vectors };
}

async function waitForOne(
  one: Awaited,
  options: WaitOptions,
  deadline: number,
  progress: (line: string) => void,
  io: Io,
): Promise<{ readonly code: ExitCode; readonly vector: Convergence | RollUp | undefined }> {
  let vector: Convergence | RollUp | undefined;
  let trouble: MeshError | undefined;
  for (;;) {
    const asked = io.clock.now();
    try {
      vector = await one.read(Math.max(0, Math.min(HOLD_MS, deadline - asked)));
      trouble = undefined;
    } catch (error) {
      trouble = transient(error);
    }
    const left = deadline - io.clock.now();
    if (trouble === undefined && vector?.state === "converged") {
      progress(`${one.title}: ${options.stage} everywhere (revision ${vector.revision}: ${vector.summary})`);
      return { code: EXIT.ok, vector };
    }
    if (trouble === undefined && vector?.state === "rejected") {
      io.err(`error: ${one.title} was rejected (${vector.summary})`);
      for (const line of refusals(vector)) io.err(`  ${line}`);
      return { code: EXIT.rejected, vector };
    }
    if (left <= 0) {
      io.err(
        `error: ${one.title} is not ${options.stage} everywhere after ${options.timeoutMs / 1000} s: ${said(vector, trouble)}`,
      );
      for (const line of vector === undefined ? [] : laggards(vector)) io.err(`  ${line}`);
      return { code: EXIT.timeout, vector };
    }
    progress(`${one.title}: waiting: ${said(vector, trouble)}`);
    const spent = io.clock.now() - asked;
    if (spent < PAUSE_MS) await io.clock.sleep(Math.min(PAUSE_MS - spent, left));
  }
}

/** Gives back an error that time may heal, throws any other. */
function transient(error: unknown): MeshError {
  if (error instanceof MeshError && ["unavailable", "timeout", "rate_limited"].includes(error.code)) return error;
  throw error;
}

function said(vector: Convergence | RollUp | undefined, trouble: MeshError | undefined): string {
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
