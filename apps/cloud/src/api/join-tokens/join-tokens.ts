import { type JoinToken, routes } from "@fairlead/contract";
import { generateToken } from "@fairlead/contract/token-secret";
import {
  createJoinToken,
  deleteJoinToken,
  getCluster,
  listJoinTokens,
  type JoinToken as Stored,
} from "@fairlead/database";
import type { ApiApp, ApiDeps } from "../api-env.ts";
import { encodeCursor, idCursor } from "../http/cursor.ts";

/** One-time tokens with which a cluster's connector registers its key. */
export function registerJoinTokens(app: ApiApp, { database, clock, tunnelUrl }: ApiDeps): void {
  app.openapi(routes.joinTokens.list, async (c) => {
    const { cluster } = c.req.valid("param");
    const { limit, cursor } = c.req.valid("query");
    const after = idCursor("jt", cursor);
    const page = await database.withTenant(c.get("caller").organization, async (tx) => {
      await getCluster(tx, cluster);
      return listJoinTokens(tx, cluster, { limit, after });
    });
    const items = page.items.map((token) => present(token, clock.now()));
    return c.json({ items, nextCursor: encodeCursor(page.next) }, 200);
  });

  app.openapi(routes.joinTokens.create, async (c) => {
    const { cluster } = c.req.valid("param");
    const { ttlSeconds } = c.req.valid("json");
    const { id, hash, token } = generateToken("jt");
    const expiresAt = new Date(clock.now() + ttlSeconds * 1000);
    const stored = await database.withTenant(c.get("caller").organization, async (tx) => {
      await getCluster(tx, cluster);
      return createJoinToken(tx, { id, hash, cluster, expiresAt });
    });
    return c.json({ ...present(stored, clock.now()), token: token.reveal(), tunnelUrl }, 201);
  });

  app.openapi(routes.joinTokens.delete, async (c) => {
    const { cluster, joinToken } = c.req.valid("param");
    await database.withTenant(c.get("caller").organization, (tx) => deleteJoinToken(tx, cluster, joinToken));
    return c.body(null, 204);
  });
}

function present(stored: Stored, nowMs: number): JoinToken {
  const { id, cluster, createdAt, expiresAt, usedAt } = stored;
  const state = usedAt !== undefined ? "used" : expiresAt.getTime() <= nowMs ? "expired" : "usable";
  return {
    id,
    cluster,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    usedAt: usedAt?.toISOString() ?? null,
    state,
  };
}
