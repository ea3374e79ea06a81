import { MeshError } from "@fairlead/core";
import postgres from "postgres";

/** The server's own error behind whatever a library wrapped around it. */
export function serverError(thrown: unknown): postgres.PostgresError | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof postgres.PostgresError) return error;
  }
  return undefined;
}

/** The name of the constraint a statement broke; undefined for any other error. */
export function brokenConstraint(thrown: unknown): string | undefined {
  const error = serverError(thrown);
  return error?.code.startsWith("23") ? error.constraint_name : undefined;
}

/**
 * What callers see. The query builder puts statements and their parameters into its messages: those may hold what a
 * tenant wrote, so only the server's own message goes on.
 */
export function translateError(thrown: unknown): MeshError {
  if (thrown instanceof MeshError) return thrown;
  const server = serverError(thrown);
  if (server === undefined) {
    if (isConnectionError(thrown)) return unavailable(thrown.message, thrown);
    return MeshError.from(thrown);
  }
  // Class 08: connection; 40: rolled back, to be tried again; 53: out of resources; 57: the server goes down.
  if (/^(08|40|53|57)/.test(server.code)) return unavailable(`${server.code} ${server.message}`, server);
  return new MeshError("internal", {
    public: "Something failed on our side. Try again; if it stays, report the request id.",
    internal: `database: ${server.code} ${server.message}`,
    cause: server,
  });
}

function unavailable(internal: string, cause: unknown): MeshError {
  return new MeshError("unavailable", {
    public: "The database cannot answer right now. Try again.",
    internal: `database: ${internal}`,
    cause,
    retryAfterMs: 1000,
  });
}

function isConnectionError(thrown: unknown): thrown is Error & { code: string } {
  if (!(thrown instanceof Error) || !("code" in thrown) || typeof thrown.code !== "string") return false;
  return /^(CONNECT|CONNECTION_|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH)/.test(thrown.code);
}
