import type { CorsOrigin, CorsPolicy } from "../model.ts";
import type { HeaderLine } from "./request.ts";

/** Whether a request asks, before another one, if that may be sent (WHATWG Fetch, CORS-preflight request). */
export function isPreflight(method: string, headers: ReadonlyMap<string, readonly string[]>): boolean {
  const says = (name: string) => Boolean(headers.get(name)?.[0]);
  return method === "OPTIONS" && says("origin") && says("access-control-request-method");
}

/** Whether pages of this origin may use the route. */
export function allowsOrigin(policy: CorsPolicy, origin: string): boolean {
  return policy.allowOrigins.some((allowed) => originMatches(allowed, origin));
}

/** What a preflight request asks for: a method, and header names in one text. */
export interface Asked {
  readonly method: string;
  readonly headers: string;
}

/** What a preflight request of `origin` is told. An origin that is not allowed is told the same, save that it is. */
export function preflightHeaders(policy: CorsPolicy, origin: string, asked: Asked): HeaderLine[] {
  const { allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAgeSeconds } = policy;
  const allowed = allowsOrigin(policy, origin);
  // Where all are allowed, what is asked for is named.
  const methods = allowMethods.includes("*") ? asked.method : allowMethods.join(", ");
  const headers = allowHeaders.includes("*") ? asked.headers : allowHeaders.join(", ");
  return [
    ...present([
      line("access-control-allow-origin", allowed ? origin : ""),
      line("access-control-allow-credentials", allowCredentials ? "true" : ""),
      line("access-control-allow-methods", methods),
      line("access-control-expose-headers", allowed ? exposeHeaders.join(", ") : ""),
    ]),
    ...present([line("access-control-allow-headers", headers)]),
    line("access-control-max-age", String(maxAgeSeconds)),
  ];
}

/** What is added to the answers an allowed origin gets. */
export function answerHeaders(policy: CorsPolicy, origin: string): HeaderLine[] {
  return present([
    line("access-control-allow-origin", origin),
    line("access-control-allow-credentials", policy.allowCredentials ? "true" : ""),
    line("access-control-expose-headers", policy.exposeHeaders.join(", ")),
  ]);
}

function present(lines: readonly HeaderLine[]): HeaderLine[] {
  return lines.filter(({ value }) => value !== "");
}

function line(name: string, value: string): HeaderLine {
  return { name, value };
}

function originMatches({ scheme, host, port }: CorsOrigin, origin: string): boolean {
  if (scheme === undefined) return true;
  const start = `${scheme}://`;
  const end = port === undefined ? "" : `:${port}`;
  if (!host.startsWith("*")) return origin === `${start}${host}${end}`;
  const rest = host.slice(1) + end;
  if (!origin.startsWith(start) || !origin.endsWith(rest)) return false;
  const wild = origin.slice(start.length, origin.length - rest.length);
  return wild !== "" && origin.length > start.length + rest.length && !/[/:]/.test(wild);
}
