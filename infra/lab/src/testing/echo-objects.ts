import { ECHO_IMAGE } from "../binaries/lab-images.ts";

/** The namespace of everything below. */
export const NAMESPACE = "echo";
/** The port of the Service `echo` on every node. */
export const NODE_PORT = 30080;
/** The audience of the token that the pods of `echo` are given at `TOKEN_PATH`. */
export const AUDIENCE = "fairlead.test";
export const TOKEN_PATH = "/var/run/echo/token";

/**
 * What the lab's tests run: `echo`, a pod per node with the least rights there are, behind a Service; `edge`, a pod per node on the
 * node's own network and port 80 with a folder of the node; and a NetworkPolicy, which nothing enforces.
 */
export function echoObjects(replicas: number): object[] {
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "echo", namespace: NAMESPACE },
      spec: { replicas, selector: { matchLabels: { app: "echo" } }, template: echoPod },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "echo", namespace: NAMESPACE },
      spec: {
        type: "NodePort",
        selector: { app: "echo" },
        ports: [{ port: 80, targetPort: 8080, nodePort: NODE_PORT }],
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "edge", namespace: NAMESPACE },
      spec: { selector: { matchLabels: { app: "edge" } }, template: edgePod },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "nobody", namespace: NAMESPACE },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    },
  ];
}

const readiness = { periodSeconds: 1 };

const echoPod = {
  metadata: { labels: { app: "echo" } },
  spec: {
    terminationGracePeriodSeconds: 1,
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: { app: "echo" } },
      },
    ],
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "echo",
        image: ECHO_IMAGE,
        args: ["serve"],
        readinessProbe: { ...readiness, httpGet: { path: "/", port: 8080 } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
        volumeMounts: [{ name: "token", mountPath: "/var/run/echo", readOnly: true }],
      },
    ],
    volumes: [
      {
        name: "token",
        projected: {
          sources: [{ serviceAccountToken: { path: "token", audience: AUDIENCE, expirationSeconds: 600 } }],
        },
      },
    ],
  },
};

const edgePod = {
  metadata: { labels: { app: "edge" } },
  spec: {
    hostNetwork: true,
    dnsPolicy: "ClusterFirstWithHostNet",
    terminationGracePeriodSeconds: 1,
    // Root for the port, as Kubernetes hands no capability to others; of root's powers only that one is left.
    securityContext: { runAsUser: 0, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "edge",
        image: ECHO_IMAGE,
        args: ["serve", "$(NODE_ADDRESS):80"],
        env: [{ name: "NODE_ADDRESS", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } }],
        readinessProbe: { ...readiness, httpGet: { path: "/", port: 80 } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
        },
        volumeMounts: [
          { name: "run", mountPath: "/var/run/fairlead" },
          { name: "state", mountPath: "/var/lib/fairlead" },
        ],
      },
    ],
    volumes: [
      { name: "run", hostPath: { path: "/var/run/fairlead", type: "DirectoryOrCreate" } },
      { name: "state", hostPath: { path: "/var/lib/fairlead", type: "DirectoryOrCreate" } },
    ],
  },
};
