import type { ClusterId, OrganizationId } from "@fairlead/contract";
import { formatRevision, type Revision } from "@fairlead/core";
import { type Database, readBundlePage, readLiveManifest, readObjectsByDigest } from "@fairlead/database";
import { REVISION_ANNOTATION } from "@fairlead/intent";
import { type BundleChange, type BundlePosition, EMPTY_MANIFEST_DIGEST, type HubEvent } from "@fairlead/tunnel";

type Loaded<T extends HubEvent["type"]> = Extract<HubEvent, { type: T }>;

/** Reads a cluster's bundle for its hub session. Every answer is of one snapshot. */
export class BundleSource {
  readonly #database: Database;
  readonly #organization: OrganizationId;
  readonly #cluster: ClusterId;

  constructor(database: Database, organization: OrganizationId, cluster: ClusterId) {
    this.#database = database;
    this.#organization = organization;
    this.#cluster = cluster;
  }

  /** Rows after a position, with bodies. */
  async changes(after: BundlePosition, limit: number): Promise<Loaded<"changesLoaded">> {
    const page = await this.#database.withTenant(this.#organization, (tx) =>
      readBundlePage(tx, this.#cluster, { after, limit }),
    );
    const changes = page.rows.map(
      ({ key, revision, intent, digest, body }): BundleChange =>
        digest === undefined || body === undefined
          ? { key, revision }
          : { key, revision, intent, digest, body: bodyWithRevision(body, revision) },
    );
    const { more, through } = page;
    return { type: "changesLoaded", changes, more, through, digest: page.digest ?? EMPTY_MANIFEST_DIGEST };
  }

  /** Every live row, without bodies. */
  async manifest(): Promise<Loaded<"manifestLoaded">> {
    const { rows, through, digest } = await this.#database.withTenant(this.#organization, (tx) =>
      readLiveManifest(tx, this.#cluster),
    );
    return { type: "manifestLoaded", rows, through, digest: digest ?? EMPTY_MANIFEST_DIGEST };
  }

  /** Bodies by digest. Within a cluster a digest belongs to one object, whose revision goes into the body. */
  async bodies(digests: readonly string[]): Promise<Loaded<"bodiesLoaded">> {
    const objects = await this.#database.withTenant(this.#organization, (tx) =>
      readObjectsByDigest(tx, this.#cluster, digests),
    );
    const bodies = objects.map(({ digest, body, revision }) => [digest, bodyWithRevision(body, revision)] as const);
    return { type: "bodiesLoaded", bodies: new Map(bodies) };
  }
}

/**
 * The stored body as the cluster gets it. Bodies are stored without revision, once per content; it is put in by
 * text, before the one annotation every rendering has, because parsing 3,000 bodies on a reconnect is work for nothing.
 */
export function bodyWithRevision(body: string, revision: Revision): Uint8Array {
  const annotation = `${JSON.stringify(REVISION_ANNOTATION)}:${JSON.stringify(formatRevision(revision))}`;
  // Canonical JSON: metadata comes before spec and annotations come first in it, so the first match is the real one.
  const marker = '"metadata":{"annotations":{';
  const at = body.indexOf(marker);
  if (at < 0) throw new TypeError("a stored body has no annotations");
  const head = body.slice(0, at + marker.length);
  return Buffer.from(`${head}${annotation},${body.slice(at + marker.length)}`);
}
