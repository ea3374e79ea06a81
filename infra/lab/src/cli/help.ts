/** What `npm run lab -- --help` prints. */
export const help = `A real Kubernetes on this machine: etcd, API server, controllers, scheduler, kubelets, containerd, in network namespaces.

usage: npm run lab -- [options] COMMAND

  up                     bring the lab up: by default one cluster with the nodes k8s-ctr and k8s-w1
      --clusters N           independent clusters, each on a segment of its own (1)
      --nodes N              nodes per cluster (2)
      --cni ptp|bridge       CNI plugin (ptp)
      --kube-proxy on|off    whether kube-proxy serves Services (on)
  down                   take it down; also after an \`up\` that failed or was killed
      --all                  every lab on this machine
  status                 clusters, nodes, components, and whether they are ready
  kubectl ARGS…          kubectl as the cluster's administrator
  kubeconfig             print the path of the kubeconfig (contexts c1, c2, …)
  load ARCHIVE…          put image archives (OCI or Docker) on every node
  logs [COMPONENT]       the end of what etcd, kube-apiserver, kubelet, containerd, … wrote
      --node NAME            of one node only
      -n, --lines N          how much (100)
      -f, --follow           and go on
  shell NODE [-- CMD…]   a shell (or one command) on a node, or on the outside host \`router\`

  --name NAME            which lab; several run side by side (default)
  --cluster N            which cluster, for kubectl, logs and shell (1)

The first \`up\` installs etcd, containerd, runc and CNI plugins with apt-get and builds Kubernetes and CoreDNS from their
Go modules, once. Needs root. Labs live in /var/lib/fairlead-lab (FAIRLEAD_LAB_DIR), builds in ~/.cache/fairlead.
`;
