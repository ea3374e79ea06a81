import { API_SERVICE_ADDRESS } from "./addresses.ts";

/** A certificate to issue: `<name>.crt` and `<name>.key` in the cluster's PKI folder. */
export interface CertificatePlan {
  readonly name: string;
  /** An OpenSSL subject: `/O=system:nodes/CN=system:node:k8s-w1`. */
  readonly subject: string;
  readonly use: "authority" | "server" | "client" | "server and client";
  /** Name of the certificate that signs it; its own for an authority. */
  readonly signer: string;
  /** Subject alternative names, as OpenSSL writes them. */
  readonly names: readonly string[];
  /** The node that gets certificate and key; undefined for all. */
  readonly node?: string;
}

interface Member {
  readonly name: string;
  readonly address: string;
  readonly controlPlane: boolean;
}

/** All certificates of a cluster, authorities first. The identities are those the bootstrap RBAC rules know. */
export function certificatePlans(nodes: readonly Member[]): CertificatePlan[] {
  const control = nodes.find((node) => node.controlPlane);
  const onControl = control === undefined ? {} : { node: control.name };
  const client = (name: string, subject: string, where: { node?: string } = onControl): CertificatePlan => ({
    name,
    subject,
    use: "client",
    signer: "ca",
    names: [],
    ...where,
  });
  return [
    { name: "ca", subject: "/CN=fairlead-lab", use: "authority", signer: "ca", names: [], ...onControl },
    {
      name: "front-proxy-ca",
      subject: "/CN=fairlead-lab-front-proxy",
      use: "authority",
      signer: "front-proxy-ca",
      names: [],
      ...onControl,
    },
    {
      name: "apiserver",
      subject: "/CN=kube-apiserver",
      use: "server",
      signer: "ca",
      names: [
        ...["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"].map(
          dns,
        ),
        dns("localhost"),
        ip(API_SERVICE_ADDRESS),
        ip("127.0.0.1"),
        ...nodes.filter((node) => node.controlPlane).flatMap((node) => [dns(node.name), ip(node.address)]),
      ],
      ...onControl,
    },
    client("apiserver-kubelet-client", "/O=system:masters/CN=kube-apiserver-kubelet-client"),
    { ...client("front-proxy-client", "/CN=front-proxy-client"), signer: "front-proxy-ca" },
    client("controller-manager", "/CN=system:kube-controller-manager"),
    client("scheduler", "/CN=system:kube-scheduler"),
    // Only its key is used, to sign service account tokens.
    client("service-account", "/CN=service-accounts"),
    client("kube-proxy", "/CN=system:kube-proxy", {}),
    client("admin", "/O=system:masters/CN=fairlead-lab-admin"),
    ...nodes.map(
      ({ name, address }): CertificatePlan => ({
        name: `kubelet-${name}`,
        subject: `/O=system:nodes/CN=system:node:${name}`,
        use: "server and client",
        signer: "ca",
        names: [dns(name), ip(address)],
        node: name,
      }),
    ),
  ];
}

function dns(name: string): string {
  return `DNS:${name}`;
}

function ip(address: string): string {
  return `IP:${address}`;
}
