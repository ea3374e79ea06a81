import type { KubernetesStatus, KubernetesStatusCause } from "@fairlead/kubernetes-types";
import type { Kind } from "./kind.ts";

/** A request that is refused; `status` is the answer's body. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: KubernetesStatus & { readonly code: number };

  constructor(code: number, reason: string, message: string, details?: KubernetesStatus["details"]) {
    super(message);
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** The body cannot be read as what it claims to be. */
export function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, "BadRequest", message);
}

/** The object is not there. */
export function notFound(kind: Kind, name: string): ApiFailure {
  const { group, plural } = kind;
  return new ApiFailure(404, "NotFound", `${qualified(kind)} ${JSON.stringify(name)} not found`, {
    name,
    ...(group === "" ? {} : { group }),
    kind: plural,
  });
}

/** The path leads nowhere. */
export function noSuchPath(): ApiFailure {
  return new ApiFailure(404, "NotFound", "the server could not find the requested resource");
}

/** The name is taken. */
export function alreadyExists(kind: Kind, name: string): ApiFailure {
  return new ApiFailure(409, "AlreadyExists", `${qualified(kind)} ${JSON.stringify(name)} already exists`, {
    name,
    group: kind.group,
    kind: kind.plural,
  });
}

/** The object changed since it was read, or fields belong to another manager. */
export function conflict(
  kind: Kind,
  name: string,
  text: string,
  causes?: readonly KubernetesStatusCause[],
): ApiFailure {
  const message = `Operation cannot be fulfilled on ${qualified(kind)} ${JSON.stringify(name)}: ${text}`;
  return new ApiFailure(409, "Conflict", message, {
    name,
    group: kind.group,
    kind: kind.plural,
    ...(causes === undefined ? {} : { causes }),
  });
}

/** Server-side apply met fields of other managers; each cause's message is who, its field is what. */
export function applyConflict(causes: readonly KubernetesStatusCause[]): ApiFailure {
  const [first] = causes;
  const list =
    causes.length === 1 && first !== undefined
      ? `1 conflict: ${first.message}: ${first.field}`
      : `${causes.length} conflicts: ${[...Map.groupBy(causes, (cause) => cause.message)]
          .map(([message, group]) =>
            [`${message?.replace(/^conflict /, "conflicts ")}:`, ...group.map((cause) => `- ${cause.field}`)].join(
              "\n",
            ),
          )
          .join("\n")}`;
  return new ApiFailure(409, "Conflict", `Apply failed with ${list}`, { causes });
}

/** The object breaks its schema. */
export function invalid(kind: Kind, name: string, causes: readonly KubernetesStatusCause[]): ApiFailure {
  const list = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const text = list.length === 1 ? list[0] : `[${list.join(", ")}]`;
  const head = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
  return new ApiFailure(422, "Invalid", `${head} ${JSON.stringify(name)} is invalid: ${text}`, {
    name,
    group: kind.group,
    kind: kind.kind,
    causes,
  });
}

/** The resourceVersion asked for is no longer in the history. */
export function expired(text: string): ApiFailure {
  return new ApiFailure(410, "Expired", text);
}

/** The resourceVersion asked for is from another life of the store. */
export function tooLarge(asked: number, current: number): ApiFailure {
  return new ApiFailure(504, "Timeout", `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

function qualified(kind: Kind): string {
  return kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
}
