import type { RouteMatch } from "@fairlead/contract";
import { table } from "./table.ts";

/** What becomes of a request, for people. */
export function routeMatchText(answer: RouteMatch): string {
  const { request, listener, host, route, outcome, why, assumed } = answer;
  const facts: [string, string][] = [];
  if (request) facts.push(["request", `${request.method} ${request.scheme}://${request.host}${request.path}`]);
  if (listener) {
    const at = listener.gateway === undefined ? "Ingress" : `Gateway ${listener.gateway}`;
    facts.push(["listener", `${at}${listener.name === undefined ? "" : ` ${listener.name}`} (${listener.socket})`]);
  }
  if (host !== undefined) facts.push(["host", host]);
  if (route) {
    const [, kind = "", namespace = "", name = ""] = route.object.split("/");
    facts.push(["route", `${kind} ${namespace}/${name}`], ["place", route.field], ["match", route.match]);
  }
  facts.push(["answer", outcomeText(outcome)]);
  const width = Math.max(...facts.map(([label]) => label.length)) + 2;
  const parts = [facts.map(([label, text]) => label.padEnd(width) + text).join("\n")];
  if (outcome.type === "forward") {
    parts.push(targets(outcome.backends));
    const headers = outcome.backends.flatMap((target) =>
      target.headers.map(({ name, value }) => `${target.backend ?? "-"}  ${name}: ${value}`),
    );
    if (headers.length > 0) parts.push(list("Headers that leave:", headers));
  }
  parts.push(list("Why:", why));
  if (assumed.length > 0) parts.push(list("Assumed, because it is not known here:", assumed));
  return parts.join("\n\n");
}

type Outcome = RouteMatch["outcome"];

function outcomeText(outcome: Outcome): string {
  switch (outcome.type) {
    case "unreachable":
      return `no connection: ${outcome.message}`;
    case "respond":
      return `${statusText(outcome)}, ${CAUSES[outcome.cause]}`;
    case "redirect":
      return `${statusText(outcome)} to ${outcome.location}`;
    case "preflight":
      return `200 to the CORS preflight request: the origin is ${outcome.allowed ? "" : "not "}allowed`;
    case "forward": {
      const timeout = outcome.timeoutMs === undefined ? "" : `, within ${outcome.timeoutMs} ms`;
      const retry = outcome.retry === undefined ? "" : `, at most ${outcome.retry.attempts + 1} tries`;
      return `forwarded${timeout}${retry}`;
    }
  }
}

function statusText({
  status,
  grpcStatus,
}: {
  readonly status: number;
  readonly grpcStatus?: number | undefined;
}): string {
  return grpcStatus === undefined ? `${status}` : `grpc-status ${grpcStatus} (for ${status})`;
}

const CAUSES: Readonly<Record<Extract<Outcome, { type: "respond" }>["cause"], string>> = {
  "malformed-request": "because the request is malformed",
  "no-host": "because the host is not known",
  "no-route": "because no route of the host matches",
  "broken-route": "because the proxy would refuse what the route asks for",
  "no-usable-backend": "because the rule cannot be carried out or has no valid backend",
  "as-configured": "as configured",
};

function targets(backends: Extract<Outcome, { type: "forward" }>["backends"]): string {
  return table(
    ["SHARE", "BACKEND", "ENDPOINTS", "HOST", "PATH", "ANSWER"],
    backends.map(({ share, backend = "", endpoints, host, path, status, grpcStatus }) => [
      `${Math.round(share * 1000) / 10}%`,
      backend,
      endpoints.map(({ address, port }) => `${address}:${port}`).join(","),
      host,
      path,
      status === undefined ? "backend's" : statusText({ status, grpcStatus }),
    ]),
  );
}

function list(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `  ${line}`)].join("\n");
}
