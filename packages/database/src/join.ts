import { type ClusterId, idFromUuid, type OrganizationId, uuidFromId } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { sql } from "drizzle-orm";
import type { Sql } from "postgres";
import type { JoinRequest } from "./system-door.ts";
import { rows, runTenant } from "./transaction.ts";

/** {@link SystemDoor.join}: the door says whose token it is, everything else happens inside that organization. */
export async function join(
  client: Sql,
  { token, hash, publicKey, kubeSystemUid }: JoinRequest,
): Promise<{ organization: OrganizationId; cluster: ClusterId }> {
  const [owner] = await client<{ organization_id: string; cluster_id: string }[]>`
    select organization_id, cluster_id from door_find_join_token(${uuidFromId(token)}, ${hash})`;
  if (owner === undefined) throw invalid("The join token is not known. Make a new one: it is shown only once.");
  const organization = idFromUuid("org", owner.organization_id);
  const cluster = idFromUuid("clu", owner.cluster_id);
  return runTenant(client, organization, {}, async (tx) => {
    const [state] = await rows<{
      used: boolean;
      expired: boolean;
      revoked: boolean;
      same_key: boolean;
      uid: string | null;
    }>(
      tx,
      sql`
      select t.used_at is not null as used, t.expires_at <= now() as expired, c.revoked_at is not null as revoked,
        c.public_key is not distinct from ${publicKey} as same_key, c.kube_system_uid as uid
      from join_tokens t join clusters c on c.id = t.cluster_id
      where t.id = ${uuidFromId(token)}::uuid for update of t, c`,
    );
    if (state === undefined) throw invalid("The join token is not known. Make a new one.");
    // Revoking removes the tokens there are, so one that is unused was made to let the cluster back in.
    if (state.revoked && state.used) {
      throw new MeshError("cluster_revoked", {
        public: `The cluster ${cluster} is revoked. A new join token lets it back in.`,
      });
    }
    // The answer to the first try may have been lost on its way.
    if (state.used && state.same_key) return { organization, cluster };
    if (state.used) throw invalid("The join token was used already. Make a new one for every join.");
    if (state.expired) throw invalid("The join token has expired. Make a new one.");
    if (state.uid !== null && state.uid !== kubeSystemUid) {
      throw new MeshError("already_exists", {
        public:
          `Another Kubernetes cluster has joined as ${cluster}: its kube-system namespace has the uid ${state.uid}, ` +
          `this one's ${kubeSystemUid}. Make a cluster of its own for this one; or, if it replaces that one, say so ` +
          `(fairlead cluster confirm ${cluster} --uid ${kubeSystemUid}) and join again with the same token.`,
      });
    }
    await rows(tx, sql`update join_tokens set used_at = now() where id = ${uuidFromId(token)}::uuid`);
    await rows(
      tx,
      sql`
      update clusters set public_key = ${publicKey}, previous_public_key = null, previous_key_until = null,
        kube_system_uid = ${kubeSystemUid}, joined_at = now(), revoked_at = null
      where id = ${uuidFromId(cluster)}::uuid`,
    );
    return { organization, cluster };
  });
}

function invalid(text: string): MeshError {
  return new MeshError("join_token_invalid", { public: text });
}
