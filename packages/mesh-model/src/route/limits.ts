import type { HTTPRouteRule } from "@fairlead/kubernetes-types";
import { parseDurationMs } from "../duration.ts";
import type { ForwardAction } from "../model.ts";
import { type RuleProblem, unsupportedValue } from "./rule-problem.ts";

/** How long the requests of a rule may take and how often they are tried. */
export type Limits = Pick<ForwardAction, "timeoutMs" | "tryTimeoutMs" | "retry">;

/** Gateway API leaves the number of tries to us; one more is enough for a backend that has just gone. */
const DEFAULT_ATTEMPTS = 1;

/** Reads timeouts and retries of a rule; `field` is its path. */
export function readLimits(
  { timeouts, retry }: Pick<HTTPRouteRule, "timeouts" | "retry">,
  field: string,
): { readonly limits: Limits; readonly problems: readonly RuleProblem[] } {
  const problems: RuleProblem[] = [];
  const duration = (at: string, text: string | undefined) => {
    const ms = text === undefined ? undefined : parseDurationMs(text);
    if (text !== undefined && ms === undefined) problems.push(unsupportedValue(at, `${text} is not a duration`));
    return ms;
  };
  const timeoutMs = duration(`${field}.timeouts.request`, timeouts?.request);
  const tryTimeoutMs = duration(`${field}.timeouts.backendRequest`, timeouts?.backendRequest);
  const times = { ...(timeoutMs !== undefined && { timeoutMs }), ...(tryTimeoutMs !== undefined && { tryTimeoutMs }) };
  if (retry === undefined) return { limits: times, problems };

  const { codes = [], attempts = DEFAULT_ATTEMPTS } = retry;
  const backoffMs = duration(`${field}.retry.backoff`, retry.backoff);
  for (const [index, code] of codes.entries()) {
    if (Number.isInteger(code) && code >= 400 && code <= 599) continue;
    problems.push(unsupportedValue(`${field}.retry.codes[${index}]`, `${code} is not a status from 400 to 599`));
  }
  if (!Number.isInteger(attempts) || attempts < 0 || attempts > 0xffff) {
    problems.push(unsupportedValue(`${field}.retry.attempts`, `${attempts} is not a number of retries`));
  }
  const statuses = [...new Set(codes)].sort((a, b) => a - b);
  return {
    limits: { ...times, retry: { statuses, attempts, ...(backoffMs !== undefined && { backoffMs }) } },
    problems,
  };
}
