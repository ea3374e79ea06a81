import { KubernetesClient, loadConnection, resources } from "@fairlead/kubernetes";
import type { EndpointSlice, Service } from "@fairlead/kubernetes-types";
import type { LabCluster } from "@fairlead/lab";

/** Makes Services `svc-0` … in the default namespace, each with one endpoint at an address. */
export async function createServices(cluster: LabCluster, count: number, address: string): Promise<void> {
  const connection = loadConnection({ env: { KUBECONFIG: cluster.kubeconfig } });
  await using client = new KubernetesClient({ connection });
  let next = 0;
  const work = async () => {
    for (let index = next++; index < count; index = next++) {
      const [service, slice] = objects(`svc-${index}`, address);
      await client.create(resources.services, service);
      await client.create(resources.endpointSlices, slice);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
}

function objects(name: string, address: string): readonly [Service, EndpointSlice] {
  const service: Service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default" },
    spec: { ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: 9080 }] },
  };
  const slice: EndpointSlice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-1`, namespace: "default", labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ name: "http", port: 9080, protocol: "TCP" }],
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  };
  return [service, slice];
}
