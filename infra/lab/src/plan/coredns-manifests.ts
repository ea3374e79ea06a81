import { DNS_ADDRESS } from "./addresses.ts";

export const COREDNS_IMAGE = "registry.k8s.io/coredns/coredns:v1.12.0";

interface CorednsSetting {
  /** Names of the lab's hosts, answered beside the cluster's own. */
  readonly hosts: readonly { readonly address: string; readonly name: string }[];
  readonly replicas: number;
}

/** CoreDNS as kubeadm installs it, with the lab's hosts and no resolver above it: other names do not exist. */
export function corednsManifests({ hosts, replicas }: CorednsSetting): object[] {
  const metadata = { name: "coredns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "system:coredns" },
      rules: [
        { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "system:coredns" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:coredns" },
      subjects: [{ kind: "ServiceAccount", name: "coredns", namespace: "kube-system" }],
    },
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { Corefile: corefile(hosts) } },
    deployment(metadata, replicas),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...metadata, name: "kube-dns", labels: { ...metadata.labels, "kubernetes.io/name": "CoreDNS" } },
      spec: {
        clusterIP: DNS_ADDRESS,
        selector: { "k8s-app": "kube-dns" },
        ports: [
          { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
          { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
          { name: "metrics", port: 9153, protocol: "TCP", targetPort: 9153 },
        ],
      },
    },
  ];
}

/**
 * Two server blocks, by zone: in CoreDNS's fixed order of plugins `template` comes before `hosts` and `kubernetes`, so in
 * one block it would answer for both.
 */
function corefile(hosts: CorednsSetting["hosts"]): string {
  const zones = ["cluster.local", "in-addr.arpa", "ip6.arpa", ...hosts.map(({ name }) => name)];
  return `${zones.map((zone) => `${zone}:53`).join(" ")} {
    errors
    health {
        lameduck 2s
    }
    ready
    hosts {
${hosts.map(({ address, name }) => `        ${address} ${name}`).join("\n")}
        fallthrough
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
    }
    prometheus :9153
    cache 5
    reload
    loadbalance
}
.:53 {
    errors
    prometheus :9153
    template ANY ANY . {
        rcode NXDOMAIN
    }
}
`;
}

function deployment(metadata: object, replicas: number): object {
  const labels = { "k8s-app": "kube-dns" };
  const probe = (path: string, port: number) => ({ httpGet: { path, port }, periodSeconds: 2, failureThreshold: 5 });
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: "coredns",
          priorityClassName: "system-cluster-critical",
          dnsPolicy: "Default",
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "kubernetes.io/hostname",
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: { matchLabels: labels },
            },
          ],
          tolerations: [{ operator: "Exists" }],
          containers: [
            {
              name: "coredns",
              image: COREDNS_IMAGE,
              imagePullPolicy: "Never",
              args: ["-conf", "/etc/coredns/Corefile"],
              ports: [
                { name: "dns", containerPort: 53, protocol: "UDP" },
                { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
                { name: "metrics", containerPort: 9153, protocol: "TCP" },
              ],
              resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "170Mi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
                readOnlyRootFilesystem: true,
              },
              livenessProbe: { ...probe("/health", 8080), initialDelaySeconds: 30 },
              readinessProbe: probe("/ready", 8181),
              volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
            },
          ],
          volumes: [{ name: "config", configMap: { name: "coredns" } }],
        },
      },
    },
  };
}
