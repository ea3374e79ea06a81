import { routes, type Token } from "@fairlead/contract";
import { generateToken } from "@fairlead/contract/token-secret";
import { createToken, listTokens, revokeToken, type Token as Stored } from "@fairlead/database";
import type { ApiApp, ApiDeps } from "../api-env.ts";
import { encodeCursor, idCursor } from "../http/cursor.ts";

/** API tokens. A secret is in the answer to its creation and nowhere else. */
export function registerTokens(app: ApiApp, { database, clock, onTokenRevoked }: ApiDeps): void {
  app.openapi(routes.tokens.list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const after = idCursor("tok", cursor);
    const page = await database.withTenant(c.get("caller").organization, (tx) => listTokens(tx, { limit, after }));
    return c.json({ items: page.items.map(present), nextCursor: encodeCursor(page.next) }, 200);
  });

  app.openapi(routes.tokens.create, async (c) => {
    const { name, ttlSeconds } = c.req.valid("json");
    const { id, hash, token } = generateToken("tok");
    const expiresAt = new Date(clock.now() + ttlSeconds * 1000);
    const stored = await database.withTenant(c.get("caller").organization, (tx) =>
      createToken(tx, { id, hash, name, expiresAt }),
    );
    return c.json({ ...present(stored), token: token.reveal() }, 201);
  });

  app.openapi(routes.tokens.delete, async (c) => {
    const { token } = c.req.valid("param");
    await database.withTenant(c.get("caller").organization, (tx) => revokeToken(tx, token));
    await onTokenRevoked(token);
    return c.body(null, 204);
  });
}

function present(stored: Stored): Token {
  return {
    id: stored.id,
    name: stored.name,
    createdAt: stored.createdAt.toISOString(),
    expiresAt: stored.expiresAt?.toISOString() ?? null,
    revokedAt: stored.revokedAt?.toISOString() ?? null,
  };
}
