import type { BundleKey } from "../frame.ts";

/** A TLS Secret in use on a node. Nothing in it is secret: neither key nor certificate. Times are RFC 3339. */
export interface NodeCertificate {
  readonly namespace: string;
  readonly name: string;
  /** Keys of the Gateways and Ingresses that use it, sorted. */
  readonly usedBy: readonly BundleKey[];
  /** Why it cannot be served; the empty text when it can. */
  readonly problem: string;
  /** What the certificate says of itself; undefined when there is none to read. */
  readonly facts:
    | {
        /** DNS names and IP addresses, sorted. */
        readonly names: readonly string[];
        readonly notBefore: string;
        readonly notAfter: string;
        readonly issuer: string;
        /** SHA-256 of the DER form, in hex. */
        readonly fingerprint: string;
      }
    | undefined;
}

/** A TLS Secret as the nodes of a cluster serve it. */
export interface ClusterCertificate extends NodeCertificate {
  /** Nodes that serve it so, sorted. */
  readonly nodes: readonly string[];
  /** Nodes that have something else under that name, sorted: they have not taken a new certificate, or refuse it. */
  readonly otherNodes: readonly string[];
}

/** Prefix of the keys under which certificates are told to the cloud. */
export const CERTIFICATE_KEY_PREFIX = "fairlead.dev/Certificate/";

/** Certificates of a node that are taken. */
export const MAX_NODE_CERTIFICATES = 10_000;

/** Puts together what the nodes of a cluster say of their certificates; pure, and remembers what it was told. */
export class CertificateCollector {
  readonly #nodes = new Map<string, ReadonlyMap<BundleKey, NodeCertificate>>();

  /** What a node has, all of it; undefined: the node is gone. Gives the certificates that may have changed by it. */
  report(
    node: string,
    certificates: readonly NodeCertificate[] | undefined,
  ): ReadonlyMap<BundleKey, ClusterCertificate | undefined> {
    const before = this.#nodes.get(node) ?? new Map();
    const after = new Map((certificates ?? []).map((one) => [keyOf(one), one]));
    if (certificates === undefined) this.#nodes.delete(node);
    else this.#nodes.set(node, after);
    const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
    return new Map(keys.map((key) => [key, this.#merged(key)]));
  }

  /** Nodes that have told of certificates. */
  nodes(): string[] {
    return [...this.#nodes.keys()];
  }

  /** The form most nodes have; the one that ends first of several. */
  #merged(key: BundleKey): ClusterCertificate | undefined {
    const forms = new Map<string, { certificate: NodeCertificate; nodes: string[] }>();
    const usedBy = new Set<BundleKey>();
    for (const [node, certificates] of this.#nodes) {
      const certificate = certificates.get(key);
      if (certificate === undefined) continue;
      for (const user of certificate.usedBy) usedBy.add(user);
      const id = `${certificate.facts?.notAfter ?? ""} ${certificate.facts?.fingerprint ?? ""} ${certificate.problem}`;
      const form = forms.get(id);
      if (form === undefined) forms.set(id, { certificate, nodes: [node] });
      else form.nodes.push(node);
    }
    const [first, ...others] = [...forms]
      .sort(([a, one], [b, other]) => other.nodes.length - one.nodes.length || (a < b ? -1 : 1))
      .map(([, form]) => form);
    if (first === undefined) return undefined;
    return {
      ...first.certificate,
      usedBy: [...usedBy].sort(),
      nodes: first.nodes.sort(),
      otherNodes: others.flatMap(({ nodes }) => nodes).sort(),
    };
  }
}

function keyOf({ namespace, name }: NodeCertificate): BundleKey {
  return `${CERTIFICATE_KEY_PREFIX}${namespace}/${name}`;
}
