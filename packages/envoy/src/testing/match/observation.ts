import { editHeaders, type HeaderLine, type MatchAnswer } from "@fairlead/mesh-model";
import type { WireAnswer } from "./client.ts";
import { pairs } from "./client.ts";
import { ANSWER_HEADERS, ARRIVAL_HEADER, type Arrival } from "./echo-backends.ts";

/** What can be told of an answer from outside. Parts that are absent are not compared. */
export interface Observation {
  /** Absent: the connection failed. */
  readonly status?: number;
  /** Of what the proxy answers itself. */
  readonly grpcStatus?: number;
  readonly location?: string;
  readonly backend?: string;
  readonly path?: string;
  readonly host?: string;
  /** The headers that tests send and routes edit, as the backend saw them. */
  readonly sent?: Readonly<Record<string, string>>;
  /** The same, as the client sees them. */
  readonly answered?: Readonly<Record<string, string>>;
  readonly cors?: Readonly<Record<string, string>>;
}

const EDITED: readonly string[] = ["x-a", "x-b", "x-c", "x-new"];

/** What was seen. */
export function observe(answer: WireAnswer): Observation {
  if (answer === undefined) return {};
  const { status, headers } = answer;
  const location = lineOf(headers, "location");
  const told = lineOf(headers, ARRIVAL_HEADER);
  const answered = only(headers, (name) => EDITED.includes(name));
  const cors = only(headers, (name) => name.startsWith("access-control-"));
  const base = { status, ...(location !== undefined && { location: text(location) }), answered, cors };
  const grpcStatus = lineOf(headers, "grpc-status");
  if (told === undefined) return { ...base, ...(grpcStatus !== undefined && { grpcStatus: Number(grpcStatus) }) };
  const arrival: Arrival = JSON.parse(Buffer.from(told, "base64").toString("utf8"));
  const arrived = pairs(arrival.headers);
  return {
    ...base,
    backend: arrival.backend,
    path: arrival.path,
    host: lineOf(arrived, "host") ?? "",
    sent: only(arrived, (name) => EDITED.includes(name)),
  };
}

/** What may be seen if an answer of the matcher is right: one of these. */
export function expectations({ outcome }: MatchAnswer): Observation[] {
  switch (outcome.type) {
    case "unreachable":
      return [{}];
    case "respond":
      return [own(outcome)];
    case "redirect": {
      const answered = named(editHeaders([], outcome.responseHeaders));
      return [{ ...own(outcome), location: outcome.location, answered, cors: {} }];
    }
    case "preflight": {
      const cors = named(outcome.headers);
      const answers: Observation[] = outcome.failing < 1 ? [{ status: 200, cors }] : [];
      return outcome.failing > 0 ? [...answers, own({ ...outcome, status: 500 })] : answers;
    }
    case "forward":
      return outcome.backends.map((target): Observation => {
        const { status } = target;
        if (status !== undefined) return own({ ...target, status });
        return {
          status: 200,
          backend: (target.backend ?? "").split(":")[0] ?? "",
          path: target.path,
          host: target.host,
          sent: named(target.headers.filter(({ name }) => EDITED.includes(name.toLowerCase()))),
          answered: named(editHeaders(ANSWER_HEADERS, target.responseHeaders)),
          cors: named(outcome.corsHeaders),
        };
      });
  }
}

/** What the proxy answers itself: to gRPC always with a 200. */
function own({ status, grpcStatus }: { readonly status: number; readonly grpcStatus?: number }): Observation {
  return grpcStatus === undefined ? { status } : { status: 200, grpcStatus };
}

/** Whether what was seen is what was expected. */
export function agrees(seen: Observation, expected: Observation): boolean {
  if (expected.status !== seen.status || expected.grpcStatus !== seen.grpcStatus) return false;
  // Who is not expected to reach a backend must not, and who is redirected must be.
  if (expected.backend !== seen.backend || expected.location !== seen.location) return false;
  if (expected.path !== seen.path || expected.host !== seen.host) return false;
  return (["sent", "answered", "cors"] as const).every(
    (part) => expected[part] === undefined || same(expected[part], seen[part] ?? {}),
  );
}

function same(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function only(headers: readonly HeaderLine[], wanted: (name: string) => boolean): Record<string, string> {
  return named(headers.filter(({ name }) => wanted(name)).map(({ name, value }) => ({ name, value: text(value) })));
}

// Several lines of one name mean the same as one with commas.
function named(lines: readonly HeaderLine[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (const { name, value } of lines) {
    const key = name.toLowerCase();
    const before = record[key];
    record[key] = before === undefined ? value : `${before},${value}`;
  }
  return record;
}

function lineOf(headers: readonly HeaderLine[], wanted: string): string | undefined {
  return headers.find(({ name }) => name === wanted)?.value;
}

// Node hands bytes on as Latin-1.
function text(value: string): string {
  return Buffer.from(value, "latin1").toString("utf8");
}
