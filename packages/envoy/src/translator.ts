import type { Backend, Certificate, HostTable, Socket } from "@fairlead/mesh-model";
import { translateBackend } from "./backend.ts";
import { certificateFindings, translateCertificate } from "./certificate.ts";
import type { Finding } from "./checks/finding.ts";
import { translateSocket } from "./listener.ts";
import type { TranslateOptions } from "./options.ts";
import { type EnvoyResource, type ResourceKey, sortKeys } from "./resource.ts";
import { translateTable } from "./route-table.ts";
import { TYPE_URL, type TypeUrl } from "./type-url.ts";
import { isWildcard, type Wildcard, wildcardDirectory, wildcardDirectoryKeys } from "./wildcards.ts";

interface Pieces<T> {
  readonly upserts: readonly T[];
  /** Names. */
  readonly removals: readonly string[];
}

/** A change of the mesh model; a `MeshDelta` is one. */
export interface ModelChange {
  readonly sockets: Pieces<Socket>;
  readonly tables: Pieces<HostTable>;
  readonly backends: Pieces<Backend>;
  readonly certificates: Pieces<Certificate>;
}

/** The same change in Envoy's terms. */
export interface EnvoyChange {
  /** Sorted by type and name. May hold resources whose content has not changed. */
  readonly upserts: readonly EnvoyResource[];
  readonly removals: readonly ResourceKey[];
  /** Of every table and certificate in the change, by name; an empty list: nothing is wrong with it (any more). */
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
}

/**
 * Translates a model change by change. The work is in proportion to the change; what is remembered is what pieces
 * have in common: which tables of a chain are wildcards, and which certificates cannot be served. A certificate that
 * turns bad is served on in its last good form; a chain that never had a good one is left out, so that its neighbours
 * of the same listener are served.
 */
export class Translator {
  readonly #options: TranslateOptions;
  readonly #wildcards = new Map<string, Map<string, Wildcard>>();
  readonly #sockets = new Map<string, Socket>();
  readonly #served = new Set<string>();
  readonly #unusable = new Set<string>();

  constructor(options: TranslateOptions = {}) {
    this.#options = options;
  }

  /** Takes a change in and gives its resources. */
  apply(change: ModelChange): EnvoyChange {
    const upserts: EnvoyResource[] = change.backends.upserts.flatMap(translateBackend);
    const removals: ResourceKey[] = change.backends.removals.flatMap((name) =>
      keys(name, TYPE_URL.endpoints, TYPE_URL.cluster),
    );
    const findings = new Map<string, readonly Finding[]>();
    this.#applyTables(change.tables, upserts, removals, findings);
    const judged = this.#applyCertificates(change.certificates, upserts, removals, findings);
    this.#applySockets(change.sockets, judged, upserts, removals);
    return { upserts: sortKeys(upserts), removals: sortKeys(removals), findings };
  }

  #applyTables(
    tables: Pieces<HostTable>,
    upserts: EnvoyResource[],
    removals: ResourceKey[],
    findings: Map<string, readonly Finding[]>,
  ): void {
    const chains = new Set<string>();
    for (const table of tables.upserts) {
      const translation = translateTable(table);
      upserts.push(...translation.resources);
      findings.set(table.name, translation.findings);
      if (!isWildcard(table.host)) continue;
      chains.add(table.chain);
      const { name, host, oneLabel, sources } = table;
      const members = this.#wildcards.get(table.chain) ?? new Map<string, Wildcard>();
      this.#wildcards.set(table.chain, members.set(name, { name, host, ...(oneLabel && { oneLabel }), sources }));
    }
    for (const name of tables.removals) {
      removals.push(...keys(name, TYPE_URL.scope, TYPE_URL.route));
      findings.set(name, []);
      const chain = name.slice(0, name.indexOf("|"));
      if (this.#wildcards.get(chain)?.delete(name)) chains.add(chain);
    }
    for (const chain of chains) {
      const members = this.#wildcards.get(chain);
      if (members !== undefined && members.size > 0) {
        upserts.push(...wildcardDirectory(chain, members.values()));
      } else {
        this.#wildcards.delete(chain);
        removals.push(...wildcardDirectoryKeys(chain));
      }
    }
  }

  /** Returns the certificates that can be served now and could not before, or the other way round. */
  #applyCertificates(
    certificates: Pieces<Certificate>,
    upserts: EnvoyResource[],
    removals: ResourceKey[],
    findings: Map<string, readonly Finding[]>,
  ): ReadonlySet<string> {
    const judged = new Set<string>();
    for (const certificate of certificates.upserts) {
      const { name } = certificate;
      const found = certificateFindings(certificate);
      findings.set(name, found);
      if (found.length === 0) {
        upserts.push(translateCertificate(certificate));
        this.#served.add(name);
        if (this.#unusable.delete(name)) judged.add(name);
      } else if (!this.#served.has(name) && !this.#unusable.has(name)) {
        this.#unusable.add(name);
        judged.add(name);
      }
    }
    for (const name of certificates.removals) {
      findings.set(name, []);
      this.#served.delete(name);
      removals.push(...keys(name, TYPE_URL.secret));
      if (this.#unusable.delete(name)) judged.add(name);
    }
    return judged;
  }

  #applySockets(
    sockets: Pieces<Socket>,
    judged: ReadonlySet<string>,
    upserts: EnvoyResource[],
    removals: ResourceKey[],
  ): void {
    for (const name of sockets.removals) {
      this.#sockets.delete(name);
      removals.push(...keys(name, TYPE_URL.listener));
    }
    const changed = new Set<string>();
    for (const socket of sockets.upserts) {
      this.#sockets.set(socket.name, socket);
      changed.add(socket.name);
    }
    for (const socket of this.#sockets.values()) {
      const affected =
        judged.size > 0 && socket.chains.some((chain) => chain.tls?.certificates.some((name) => judged.has(name)));
      if (!affected && !changed.has(socket.name)) continue;
      const listener = translateSocket(socket, this.#options, (name) => !this.#unusable.has(name));
      if (listener === undefined) removals.push(...keys(socket.name, TYPE_URL.listener));
      else upserts.push(listener);
    }
  }
}

function keys(name: string, ...typeUrls: readonly TypeUrl[]): ResourceKey[] {
  return typeUrls.map((typeUrl) => ({ typeUrl, name }));
}
