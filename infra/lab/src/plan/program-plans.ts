import { join } from "node:path";
import { SERVICE_CIDR } from "./addresses.ts";
import type { NodeSetting } from "./node-plan.ts";

/** A program that runs on a node until the lab goes down. */
export interface ProgramPlan {
  readonly name:
    | "etcd"
    | "kube-apiserver"
    | "kube-controller-manager"
    | "kube-scheduler"
    | "containerd"
    | "kubelet"
    | "kube-proxy";
  /** Command and arguments, in the node's namespaces. */
  readonly command: readonly string[];
}

const CONTAINERD_SOCKET = "/run/containerd/containerd.sock";
/** Where the API server listens, on every address of the control plane's node. */
export const API_PORT = 6443;

/** The programs of a node, in the order in which they may start. */
export function programPlans(setting: NodeSetting & { readonly pki: string }): ProgramPlan[] {
  const { member, kubernetes, pki } = setting;
  const component = (name: ProgramPlan["name"], flags: Readonly<Record<string, string>>): ProgramPlan => ({
    name,
    command: [join(kubernetes, name), ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)],
  });
  return [
    ...(member.controlPlane ? controlPlane(setting.member.address, pki, component) : []),
    {
      name: "containerd",
      command: ["containerd", "--config", "/etc/containerd/config.toml", "--address", CONTAINERD_SOCKET],
    },
    component("kubelet", {
      config: "/var/lib/kubelet/config.json",
      kubeconfig: `/etc/kubernetes/kubelet-${member.name}.conf`,
      "hostname-override": member.name,
      "node-ip": member.address,
      "root-dir": "/var/lib/kubelet",
      "cert-dir": "/var/lib/kubelet/pki",
    }),
    ...(setting.kubeProxy ? [component("kube-proxy", { config: "/var/lib/kube-proxy/config.json" })] : []),
  ];
}

type Component = (name: ProgramPlan["name"], flags: Readonly<Record<string, string>>) => ProgramPlan;

function controlPlane(address: string, pki: string, component: Component): ProgramPlan[] {
  return [
    {
      name: "etcd",
      command: [
        "etcd",
        "--name=lab",
        "--data-dir=/var/lib/etcd",
        "--listen-client-urls=http://127.0.0.1:2379",
        "--advertise-client-urls=http://127.0.0.1:2379",
        "--listen-peer-urls=http://127.0.0.1:2380",
        "--initial-advertise-peer-urls=http://127.0.0.1:2380",
        "--initial-cluster=lab=http://127.0.0.1:2380",
        // A lab that loses power is made anew.
        "--unsafe-no-fsync",
        "--log-level=warn",
      ],
    },
    component("kube-apiserver", {
      "advertise-address": address,
      "allow-privileged": "true",
      "authorization-mode": "Node,RBAC",
      "cert-dir": "/var/run/kubernetes",
      "client-ca-file": `${pki}/ca.crt`,
      "enable-admission-plugins": "NodeRestriction",
      // The API server reaches webhooks and aggregated APIs at their endpoints: with no kube-proxy there may be no other way.
      "enable-aggregator-routing": "true",
      "etcd-servers": "http://127.0.0.1:2379",
      "kubelet-certificate-authority": `${pki}/ca.crt`,
      "kubelet-client-certificate": `${pki}/apiserver-kubelet-client.crt`,
      "kubelet-client-key": `${pki}/apiserver-kubelet-client.key`,
      "kubelet-preferred-address-types": "InternalIP",
      "proxy-client-cert-file": `${pki}/front-proxy-client.crt`,
      "proxy-client-key-file": `${pki}/front-proxy-client.key`,
      "requestheader-allowed-names": "front-proxy-client",
      "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
      "requestheader-extra-headers-prefix": "X-Remote-Extra-",
      "requestheader-group-headers": "X-Remote-Group",
      "requestheader-username-headers": "X-Remote-User",
      "secure-port": `${API_PORT}`,
      "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
      // The public half: it takes a certificate, but no EC key in PKCS #8.
      "service-account-key-file": `${pki}/service-account.crt`,
      "service-account-signing-key-file": `${pki}/service-account.key`,
      "service-cluster-ip-range": SERVICE_CIDR,
      "tls-cert-file": `${pki}/apiserver.crt`,
      "tls-private-key-file": `${pki}/apiserver.key`,
    }),
    component("kube-controller-manager", {
      // Pod ranges are those of the plan: they must agree with the routes.
      "allocate-node-cidrs": "false",
      "authentication-kubeconfig": "/etc/kubernetes/controller-manager.conf",
      "authorization-kubeconfig": "/etc/kubernetes/controller-manager.conf",
      "bind-address": "127.0.0.1",
      "cert-dir": "/var/run/kubernetes",
      "client-ca-file": `${pki}/ca.crt`,
      "cluster-signing-cert-file": `${pki}/ca.crt`,
      "cluster-signing-key-file": `${pki}/ca.key`,
      "flex-volume-plugin-dir": "/var/lib/kubelet/volume-plugins",
      kubeconfig: "/etc/kubernetes/controller-manager.conf",
      "leader-elect": "false",
      "root-ca-file": `${pki}/ca.crt`,
      "service-account-private-key-file": `${pki}/service-account.key`,
      "use-service-account-credentials": "true",
    }),
    component("kube-scheduler", {
      "authentication-kubeconfig": "/etc/kubernetes/scheduler.conf",
      "authorization-kubeconfig": "/etc/kubernetes/scheduler.conf",
      "bind-address": "127.0.0.1",
      "cert-dir": "/var/run/kubernetes",
      kubeconfig: "/etc/kubernetes/scheduler.conf",
      "leader-elect": "false",
    }),
  ];
}
