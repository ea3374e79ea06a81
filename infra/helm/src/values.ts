import { z } from "zod";
import { dictionary, image, logLevel, objectName, placement, replicated, updateStrategy } from "./component-values.ts";

/** Envoy's tag: moved by hand when Envoy or its start-up configuration changes, for then its pods have to restart. */
const ENVOY_TAG = "0.1.0";

const namespaces = z.array(z.string().regex(/^(\*|[a-z0-9]([-a-z0-9]*[a-z0-9])?)$/, "a namespace's name, or *"));
const port = z.int().min(1).max(65_535);

const connector = z.strictObject({
  cloudUrl: z
    .string()
    .regex(/^((wss?|https?):\/\/[^\s/]+(\/\S*)?)?$/, "wss://host")
    .describe("The cloud, `wss://host`; required")
    .default(""),
  image: image("fairlead-connector", ""),
  joinToken: z.string().describe("One-time token to enrol the cluster with; not needed once enrolled").default(""),
  existingSecret: objectName
    .describe("Secret with that token under the key `token`, instead of `joinToken`")
    .default(""),
  namespaces: namespaces.describe("Namespaces whose routing objects it may write; empty: all").default([]),
  logLevel,
  ...replicated,
  ...placement({
    requests: { cpu: "50m", memory: "128Mi" },
    memoryLimit: "768Mi",
    priorityClassName: "system-cluster-critical",
    everywhere: false,
  }),
  proxy: z.strictObject({
    https: z
      .string()
      .regex(/^(http:\/\/.+)?$/, "http://host:port")
      .describe("Proxy for `wss`, by HTTP CONNECT")
      .default(""),
    http: z
      .string()
      .regex(/^(http:\/\/.+)?$/, "http://host:port")
      .describe("Proxy for `ws`, by HTTP CONNECT")
      .default(""),
    noProxy: z.string().describe("Hosts reached without a proxy, separated by commas").default(""),
    existingSecret: objectName
      .describe(
        "Secret whose keys `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say the same, for proxies with a password",
      )
      .default(""),
  }),
  customCA: z.strictObject({
    configMap: objectName.describe("ConfigMap with certificates trusted besides the public ones").default(""),
    secret: objectName.describe("Secret with the same, instead of a ConfigMap").default(""),
    key: z.string().min(1).describe("Key in it").default("ca.crt"),
  }),
});

const operator = z.strictObject({
  image: image("fairlead-operator", ""),
  logLevel,
  ...replicated,
  ...placement({
    requests: { cpu: "50m", memory: "128Mi" },
    memoryLimit: "768Mi",
    priorityClassName: "system-cluster-critical",
    everywhere: false,
  }),
});

const agent = z.strictObject({
  image: image("fairlead-agent", ""),
  logLevel,
  ...placement({
    requests: { cpu: "50m", memory: "192Mi" },
    memoryLimit: "1Gi",
    priorityClassName: "system-node-critical",
    everywhere: true,
  }),
  updateStrategy: updateStrategy(2),
});

const envoy = z.strictObject({
  image: image("fairlead-envoy", ENVOY_TAG),
  log: z.strictObject({
    defaultLevel: z
      .enum(["trace", "debug", "info", "warning", "error", "critical", "off"])
      .describe("What is logged")
      .default("warning"),
  }),
  extraArgs: z.array(z.string()).describe("Further arguments, such as `--concurrency 4`, one word each").default([]),
  prometheus: z.strictObject({
    port: port.describe("Port of every node for `/metrics` and `/ready`").default(9964),
  }),
  terminationGracePeriodSeconds: z.int().min(1).describe("Seconds until a pod that ends is killed").default(30),
  ...placement({
    requests: { cpu: "100m", memory: "128Mi" },
    priorityClassName: "system-node-critical",
    everywhere: true,
  }),
  updateStrategy: updateStrategy(1),
});

const onlyHostNetwork = z
  .literal(true)
  .describe("Listen on the nodes' own addresses; the only way there is until the datapath comes")
  .default(true);

const hostNodes = z.strictObject({
  matchLabels: dictionary
    .describe("Labels of the nodes that listen, besides those Envoy and agents are placed by; empty: all of these")
    .default({}),
});

const ingressController = z.strictObject({
  default: z.boolean().describe("Make our class the cluster's default").default(false),
  loadbalancerMode: z
    .enum(["shared", "dedicated"])
    .describe("One address for all Ingresses or one each, when their annotations say nothing")
    .default("shared"),
  enforceHttps: z
    .boolean()
    .describe("Hosts that have TLS redirect plain HTTP, when annotations say nothing")
    .default(true),
  hostNetwork: z.strictObject({
    enabled: onlyHostNetwork,
    sharedListenerPort: port
      .describe(
        "Port of the nodes for shared Ingresses, HTTP and HTTPS alike; dedicated ones ask by `ingress.cilium.io/host-listener-port`",
      )
      .default(8080),
    nodes: hostNodes,
  }),
});

/** The values of the chart `fairlead`. Names are Cilium's where they mean the same. */
export const valuesSchema = z.strictObject({
  global: z
    .looseObject({
      imagePullSecrets: z
        .array(z.strictObject({ name: z.string().min(1) }))
        .describe("Secrets images are pulled with")
        .default([]),
    })
    .optional(),
  dataPlane: z
    .enum(["bundled", "cilium"])
    .describe(
      "Who serves: Fairlead's own operator, agents and Envoy, or a Cilium that is there already (then only the connector is installed, and `ingressController.enforceHttps` and `.loadbalancerMode` say what that Cilium does)",
    )
    .default("bundled"),
  k8sServiceHost: z
    .string()
    .describe("Address of the API server, when the Service `kubernetes` is not to be used")
    .default(""),
  k8sServicePort: z
    .union([z.literal(""), port, z.string().regex(/^\d+$/)])
    .describe("Its port")
    .default(""),
  listenAddress: z
    .enum(["0.0.0.0", "::"])
    .describe("What pods listen on; `::` where pods have only IPv6 addresses")
    .default("0.0.0.0"),
  connector,
  operator,
  agent,
  envoy,
  gatewayAPI: z.strictObject({
    hostNetwork: z.strictObject({ enabled: onlyHostNetwork, nodes: hostNodes }),
  }),
  ingressController,
  compat: z.strictObject({
    ciliumClasses: z.boolean().describe("Also answer for the classes named `cilium`").default(false),
  }),
  tls: z.strictObject({
    secretNamespaces: namespaces
      .describe(
        "Namespaces whose Secrets operator and agents may read, for the certificates of listeners; `*` is all of them",
      )
      .default(["default"]),
  }),
  networkPolicy: z.strictObject({
    enabled: z.boolean().describe("Let pods talk only to whom they must").default(true),
    apiServerPorts: z
      .array(port)
      .describe("Ports of the API server, before and behind its Service")
      .default([443, 6443]),
    cloudPorts: z.array(port).describe("Ports of cloud and proxy besides that of `connector.cloudUrl`").default([]),
    cloudCIDRs: z
      .array(z.string())
      .describe("Where the connector may connect on those ports")
      .default(["0.0.0.0/0", "::/0"]),
  }),
  prometheus: z.strictObject({
    annotations: z.boolean().describe("Annotate pods with `prometheus.io/scrape`").default(true),
  }),
  uninstall: z.strictObject({
    keepObjects: z
      .boolean()
      .describe(
        "`helm uninstall` leaves what the connector applied, and agents and Envoy, serving; `false` deletes all of it",
      )
      .default(true),
  }),
});
