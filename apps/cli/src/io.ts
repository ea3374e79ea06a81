import { text } from "node:stream/consumers";
import { type Clock, systemClock } from "@fairlead/core";

/** Everything the CLI touches outside itself, so that tests can own it. */
export interface Io {
  /** Results; goes to standard output with a line break. */
  out(line: string): void;
  /** Diagnostics and progress; goes to standard error with a line break. */
  err(line: string): void;
  /** Replaces the last progress line on a terminal; absent when standard error is none. */
  readonly progress?: ((line: string) => void) | undefined;
  /** Whether results may be coloured. */
  readonly colour?: boolean | undefined;
  readStdin(): Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
}

/** The process's own streams, environment and clock. */
export function processIo(): Io {
  const terminal = process.stderr.isTTY === true;
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${terminal ? "\r\u001b[K" : ""}${line}\n`),
    progress: terminal ? (line) => process.stderr.write(`\r\u001b[K${line}`) : undefined,
    colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
    readStdin: () => text(process.stdin),
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
  };
}
