import type { GatewayShape } from "../gateway/gateways.ts";
import { listenerOf } from "../gateway/gateways.ts";
import type { Backend, HostTable, MeshModel, Route } from "../model.ts";
import type { EffectiveRequest, MatchAnswer, MatchedListener, Outcome } from "./answer.ts";
import { allowsOrigin, answerHeaders, isPreflight, preflightHeaders } from "./cors.ts";
import { findChain } from "./find-chain.ts";
import { findSocket, gatewayOf } from "./find-socket.ts";
import { bareHost, findTable } from "./find-table.ts";
import { failingShare, forwardTargets, present } from "./forward-outcome.ts";
import { grpcStatusOf, isGrpcRequest } from "./grpc-status.ts";
import { describeMatch, type Matchable, mismatch } from "./mismatch.ts";
import { normalizePath } from "./normalize-path.ts";
import { parseQuery } from "./query.ts";
import { redirectLocation } from "./redirect-location.ts";
import type { MatchRequest } from "./request.ts";

/** What the model does not hold. */
export interface MatchOptions {
  /** A Gateway by `<namespace>/<name>`, for naming its listeners. */
  readonly gateway?: (id: string) => GatewayShape | undefined;
  /**
   * What the proxy would refuse of a route: with something wrong in its match it is left out, with something wrong in
   * its action it answers 500. Default: nothing is refused.
   */
  readonly judge?: (route: Route) => "served" | "left-out" | "broken";
  /** Whether the proxy can serve a certificate. Default: all of them. */
  readonly usable?: (certificate: string) => boolean;
  /** What is known of endpoints; `assumed`: backends have some even where none are told of. Default `known`. */
  readonly endpoints?: "known" | "assumed";
}

/** How many routes that came before the winner are explained one by one. */
const MAX_EXPLAINED = 20;

/** What the proxy does with a request, by the same rules by which it is configured, and why. */
export function matchRequest(model: MeshModel, request: MatchRequest, options: MatchOptions = {}): MatchAnswer {
  const why: string[] = [];
  const shape = options.gateway ?? (() => undefined);
  const usable = options.usable ?? (() => true);
  const { tables } = namesOf(model);
  const unabsolute = takeApart(request);
  const sni = request.sni ?? serverName(unabsolute.host);
  const isGrpc = isGrpcRequest(request.headers);
  const end = (outcome: Outcome, known: Omit<MatchAnswer, "outcome" | "why"> = {}): MatchAnswer => ({
    ...known,
    outcome: isGrpc ? withGrpcStatus(outcome) : outcome,
    why,
  });

  const at = findSocket(model, request, shape, (socket) => {
    const found = findChain(socket, request.scheme, sni, usable);
    return found.chain && findTable((host) => tables.get(`${found.chain.id}|${host}`), unabsolute.host).table;
  });
  if (at.socket === undefined) return end({ type: "unreachable", message: at.problem });
  why.push(at.why);
  const on = findChain(at.socket, request.scheme, sni, usable);
  if (on.chain === undefined) return end({ type: "unreachable", message: on.problem });
  if (on.why !== undefined) why.push(on.why);
  const { chain } = on;
  const gateway = gatewayOf(chain.id);
  const listeners = gateway === undefined ? undefined : shape(gateway)?.listeners;
  const name = listeners && listenerOf(listeners, at.socket.port, bareHost(unabsolute.host))?.name;
  const listener: MatchedListener = {
    socket: at.socket.name,
    chain: chain.id,
    ...(gateway !== undefined && { gateway }),
    ...(name !== undefined && { name }),
    ...(on.serverName !== undefined && { serverName: on.serverName }),
  };

  const normalized = normalizePath(unabsolute.path);
  if (normalized.type === "reject") {
    why.push(`the request is refused: ${normalized.reason}`);
    return end({ type: "respond", status: 400, cause: "malformed-request" }, { listener });
  }
  const { scheme, method } = request;
  const effective: EffectiveRequest = { scheme, host: unabsolute.host, path: normalized.path, method };
  if (normalized.type === "redirect" && isGrpc) {
    why.push("the path has escaped slashes: calls of gRPC follow no redirects, so it is refused");
    return end({ type: "respond", status: 400, cause: "malformed-request" }, { listener, request: effective });
  }
  if (normalized.type === "redirect") {
    why.push("the path has escaped slashes: the client is sent to what it means");
    const outcome = { type: "redirect", status: 307, location: normalized.path, responseHeaders: [] } as const;
    return end(outcome, { listener, request: effective });
  }
  if (normalized.path !== unabsolute.path) why.push(`path ${unabsolute.path} is read as ${normalized.path}`);

  const found = findTable((host) => tables.get(`${chain.id}|${host}`), effective.host);
  why.push(found.why);
  if (found.table === undefined) {
    return end({ type: "respond", status: 404, cause: "no-host" }, { listener, request: effective });
  }
  const known = { listener, request: effective, host: found.table.host };
  const matchable = toMatchable(effective, request);
  const route = firstMatch(found.table, matchable, options, why);
  if (route === undefined) {
    return end({ type: "respond", status: 404, cause: "no-route" }, known);
  }
  const { origin, match } = route;
  const matched = { object: origin.object, name: route.name, field: origin.field, match: describeMatch(match) };
  const outcome =
    options.judge?.(route) === "broken"
      ? ({ type: "respond", status: 500, cause: "broken-route" } as const)
      : decide(model, route, found.table, effective, request, matchable, options);
  return end(outcome, { ...known, route: matched });
}

interface Names {
  readonly tables: ReadonlyMap<string, HostTable>;
  readonly backends: ReadonlyMap<string, Backend>;
}

/** Models do not change, so what is looked up in them by name is laid out once. */
const NAMES = new WeakMap<MeshModel, Names>();

function namesOf(model: MeshModel): Names {
  const kept = NAMES.get(model);
  if (kept !== undefined) return kept;
  const made = {
    tables: new Map(model.tables.map((table) => [table.name, table])),
    backends: new Map(model.backends.map((backend) => [backend.name, backend])),
  };
  NAMES.set(model, made);
  return made;
}

function firstMatch(table: HostTable, request: Matchable, options: MatchOptions, why: string[]): Route | undefined {
  let lost = 0;
  let winner: Route | undefined;
  for (const route of table.routes) {
    const leftOut = options.judge?.(route) === "left-out";
    const problem = leftOut
      ? "the proxy would refuse its match, so it is left out"
      : mismatch(withPreflight(route, request), request);
    if (winner !== undefined) {
      if (problem !== undefined) continue;
      why.push(`without it, ${describe(route)} would be next: ${describeMatch(route.match)}`);
      return winner;
    }
    if (problem === undefined) {
      if (lost > MAX_EXPLAINED) why.push(`… and ${lost - MAX_EXPLAINED} more routes that do not match`);
      why.push(`${describe(route)} matches: ${describeMatch(route.match)}`);
      winner = route;
    } else if (++lost <= MAX_EXPLAINED) {
      why.push(`${describe(route)}: ${problem}`);
    }
  }
  if (winner === undefined) {
    if (lost > MAX_EXPLAINED) why.push(`… and ${lost - MAX_EXPLAINED} more routes that do not match`);
    why.push(table.routes.length === 0 ? `host ${table.host} has no routes` : "no route matches");
  } else {
    why.push("without it, the answer would be 404");
  }
  return winner;
}

// A preflight request speaks for the one that would follow: a route with a policy and a method takes those that ask for it.
function withPreflight(route: Route, request: Matchable): Route["match"] {
  const { match, cors } = route;
  if (cors === undefined || match.method === undefined || !isPreflight(request.method, request.headers)) return match;
  if (request.headers.get("access-control-request-method")?.[0] !== match.method) return match;
  return { ...match, method: "OPTIONS" };
}

function decide(
  model: MeshModel,
  route: Route,
  table: HostTable,
  effective: EffectiveRequest,
  request: MatchRequest,
  { headers }: Matchable,
  options: MatchOptions,
): Outcome {
  const { action, cors, match } = route;
  switch (action.type) {
    case "respond":
      return {
        type: "respond",
        status: action.status,
        cause: action.status >= 500 ? "no-usable-backend" : "as-configured",
      };
    case "redirect": {
      const location = redirectLocation(action, match.path, effective, table.host);
      return { type: "redirect", status: action.status, location, responseHeaders: present(route.responseHeaders) };
    }
    case "forward": {
      const origin = headers.get("origin")?.[0] ?? "";
      const allowed = cors !== undefined && origin !== "" && allowsOrigin(cors, origin);
      if (cors !== undefined && isPreflight(effective.method, headers)) {
        const asked = {
          method: headers.get("access-control-request-method")?.[0] ?? "",
          headers: headers.get("access-control-request-headers")?.[0] ?? "",
        };
        const lines = preflightHeaders(cors, origin, asked);
        // The routes made for preflight requests alone stand before the shares.
        const isApart =
          (match.method !== undefined && match.method !== "OPTIONS") ||
          (cors.allowHeaders.includes("*") && origin !== "" && asked.headers === "");
        const failing = isApart ? 0 : failingShare(action.backends);
        return { type: "preflight", status: 200, allowed, headers: lines, failing };
      }
      const { backends } = namesOf(model);
      return {
        type: "forward",
        backends: forwardTargets(route, action, { request: effective, headers: request.headers, backends, options }),
        ...(action.timeoutMs !== undefined && { timeoutMs: action.timeoutMs }),
        ...(action.tryTimeoutMs !== undefined && { tryTimeoutMs: action.tryTimeoutMs }),
        ...(action.retry && { retry: action.retry }),
        corsHeaders: allowed ? answerHeaders(cors, origin) : [],
      };
    }
  }
}

function withGrpcStatus(outcome: Outcome): Outcome {
  switch (outcome.type) {
    case "unreachable":
      return outcome;
    case "respond":
    case "redirect":
      return { ...outcome, grpcStatus: grpcStatusOf(outcome.status) };
    case "preflight":
      return outcome.failing === 0 ? outcome : { ...outcome, grpcStatus: grpcStatusOf(500) };
    case "forward":
      return {
        ...outcome,
        backends: outcome.backends.map((target) =>
          target.status === undefined ? target : { ...target, grpcStatus: grpcStatusOf(target.status) },
        ),
      };
  }
}

function describe({ origin }: Route): string {
  const [, kind, namespace, name] = origin.object.split("/");
  return `${kind} ${namespace}/${name} ${origin.field}`;
}

function toMatchable({ path, method, host, scheme }: EffectiveRequest, request: MatchRequest): Matchable {
  const mark = path.indexOf("?");
  const headers = new Map<string, string[]>();
  for (const { name, value } of request.headers) {
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value.trim()]);
  }
  // What the proxy writes itself stands above what the client says.
  headers.set("host", [host]).set("x-forwarded-proto", [scheme]);
  return {
    method,
    path: mark < 0 ? path : path.slice(0, mark),
    query: parseQuery(mark < 0 ? "" : path.slice(mark + 1)),
    headers,
  };
}

function takeApart({ host, path }: MatchRequest): { readonly host: string; readonly path: string } {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/is.exec(path);
  if (absolute === null) return { host, path };
  const [, authority = "", rest = ""] = absolute;
  return { host: authority, path: rest.startsWith("/") ? rest : `/${rest}` };
}

// Clients send no server name for an address.
function serverName(host: string): string {
  const name = bareHost(host);
  return name.startsWith("[") || /^[0-9.]+$/.test(name) ? "" : name;
}
