import { parseToken } from "@fairlead/contract/token-secret";
import { MeshError } from "@fairlead/core";
import type { MiddlewareHandler } from "hono";
import type { ApiDeps, ApiEnv, Caller } from "../api-env.ts";

/**
 * Lets requests with a valid API token through and says whom they speak for. The token is looked up on every
 * request, so a revoked one is refused from the moment the revocation is committed, on every replica. The look-up is
 * by id and SHA-256 of the whole text, so its timing says nothing about the secret.
 */
export function authenticate(deps: Pick<ApiDeps, "database">): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const header = c.req.header("authorization");
    if (bearerOf(header) === undefined) {
      throw new MeshError("unauthenticated", { public: "Send an API token: Authorization: Bearer fl_tok_…" });
    }
    const found = await findCaller(deps, header);
    if (found === undefined) {
      throw new MeshError("unauthenticated", {
        public: "The API token is not known here, has expired or was revoked.",
      });
    }
    c.set("caller", found);
    return next();
  };
}

/** Whom a header `Authorization` speaks for, as of now; undefined when its token is none, expired or revoked. */
export async function findCaller(
  deps: Pick<ApiDeps, "database">,
  authorization: string | undefined,
): Promise<Caller | undefined> {
  const parsed = parseToken("tok", bearerOf(authorization) ?? "");
  return parsed && deps.database.system.findToken(parsed.id, parsed.hash);
}

function bearerOf(authorization = ""): string | undefined {
  return /^Bearer ([^\s]+)$/i.exec(authorization)?.[1];
}
