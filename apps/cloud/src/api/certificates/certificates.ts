import { routes } from "@fairlead/contract";
import { factsWithPrefix, getCluster, sourcesOf } from "@fairlead/database";
import { CERTIFICATE_KEY_PREFIX } from "@fairlead/tunnel";
import { judgeCertificate, readCertificate } from "../../mesh/certificates.ts";
import type { ApiApp, ApiDeps } from "../api-env.ts";

/** Certificates in use, as agents report them: nothing of them is secret. */
export function registerCertificates(app: ApiApp, { database, clock }: ApiDeps): void {
  app.openapi(routes.certificates.get, async (c) => {
    const { cluster } = c.req.valid("param");
    const { head, found, sources } = await database.withTenant(c.get("caller").organization, async (tx) => {
      await getCluster(tx, cluster);
      const { head, facts } = await factsWithPrefix(tx, cluster, CERTIFICATE_KEY_PREFIX);
      const found = facts.flatMap(({ key, body = "{}" }) => readCertificate(key, body) ?? []);
      const users = [...new Set(found.flatMap(({ usedBy }) => usedBy))];
      return { head, found, sources: await sourcesOf(tx, [cluster], users) };
    });
    const sourceOf = new Map(sources.map((source) => [source.key, source]));
    const items = found.map((certificate) => {
      const judged = judgeCertificate(certificate, clock.now());
      const usedBy = judged.usedBy.map((key) => {
        const [, kind = "", namespace = "", name = ""] = key.split("/");
        const source = sourceOf.get(key);
        return { kind, namespace, name, intent: source?.intent ?? null, project: source?.project ?? null };
      });
      return { ...judged, usedBy };
    });
    return c.json({ items, observedAt: head?.observedAt.toISOString() ?? null }, 200);
  });
}
