import type { RouteMatch, RouteMatchInput } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { certificateFindings, judgeRoute } from "@fairlead/envoy";
import { assumeMissing, controllerClasses, indexObjects, matchRequest } from "@fairlead/mesh-model";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { loadObjects } from "../manifest/objects.ts";
import { print } from "../output/print.ts";
import { routeMatchText } from "../output/route-match-text.ts";
import { needCluster, type Session } from "../session.ts";
import type { OutputFormat } from "../settings.ts";

/** Asks a cluster, as far as the cloud knows it. */
export async function matchInCluster(session: Session, cluster: string, request: RouteMatchInput): Promise<ExitCode> {
  const { id } = await needCluster(session.client, cluster);
  const answer = await session.client.routeMatch.match({ params: { cluster: id }, body: request });
  print(session.io, session.output, answer, routeMatchText);
  return exitCode(answer);
}

/** Asks a set of manifests alone: nothing is sent anywhere. What they leave to the cluster is assumed, and said. */
export async function matchInManifests(
  io: Io,
  output: OutputFormat,
  files: readonly string[],
  request: RouteMatchInput,
): Promise<ExitCode> {
  const { objects, assumed } = assumeMissing(await loadObjects(files, io));
  const index = indexObjects(
    { classes: controllerClasses({ compatCilium: true }), certificates: "assume-absent" },
    objects,
  );
  const model = index.model();
  // Of Secrets that are given, the certificates are judged as an agent does; the others are assumed.
  const refused = new Set(model.certificates.flatMap((one) => (certificateFindings(one).length > 0 ? [one.name] : [])));
  const answer: RouteMatch = {
    ...matchRequest(model, request, {
      usable: (secret) => !refused.has(secret),
      judge: judgeRoute,
      gateway: (id) => index.gateway(id)?.shape,
      endpoints: "assumed",
    }),
    assumed: [...assumed],
    revision: null,
    observedAt: null,
  };
  print(io, output, answer, routeMatchText);
  return exitCode(answer);
}

/** What the flags of the command say. */
export interface RouteMatchFlags {
  readonly host: string;
  readonly path: string;
  readonly method: string;
  readonly scheme: string;
  /** `name=value`. */
  readonly headers: readonly string[];
  /** `name=value`, put behind the path as they are. */
  readonly query: readonly string[];
  readonly gateway: string | undefined;
  readonly listener: string | undefined;
  readonly port: string | undefined;
  readonly sni: string | undefined;
}

/** Reads the flags. Throws `invalid_field` naming the flag. */
export function readRequest(flags: RouteMatchFlags): RouteMatchInput {
  const { host, method, gateway, listener, sni } = flags;
  if (host === "") throw invalid("--host is needed, such as shop.example.com");
  if (gateway !== undefined && !/^[^/]+\/[^/]+$/.test(gateway)) {
    throw invalid(`--gateway ${gateway}: must be <namespace>/<name>`);
  }
  const port = flags.port === undefined ? undefined : Number(flags.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw invalid(`--port ${flags.port}: must be a port from 1 to 65535`);
  }
  const separator = flags.path.includes("?") ? "&" : "?";
  return {
    host,
    method,
    path: flags.query.length === 0 ? flags.path : `${flags.path}${separator}${flags.query.join("&")}`,
    scheme: flags.scheme === "https" ? "https" : "http",
    headers: flags.headers.map((text) => {
      const equals = text.indexOf("=");
      if (equals <= 0) throw invalid(`--header ${text}: must be name=value`);
      return { name: text.slice(0, equals), value: text.slice(equals + 1) };
    }),
    ...(gateway !== undefined && { gateway }),
    ...(listener !== undefined && { listener }),
    ...(port !== undefined && { port }),
    ...(sni !== undefined && { sni }),
  };
}

function exitCode({ outcome }: RouteMatch): ExitCode {
  switch (outcome.type) {
    case "unreachable":
      return EXIT.notRouted;
    case "respond":
      if (outcome.status === 404) return EXIT.notRouted;
      return outcome.status >= 400 ? EXIT.failing : EXIT.ok;
    case "forward":
      return outcome.backends.every(({ status }) => status !== undefined) ? EXIT.failing : EXIT.ok;
    case "redirect":
    case "preflight":
      return EXIT.ok;
  }
}

function invalid(message: string): MeshError {
  return new MeshError("invalid_field", { public: message });
}
