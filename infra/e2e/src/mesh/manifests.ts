/** A Gateway on port 80 for routes of its namespace. */
export function gateway(name = "edge"): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: ${name}}
spec:
  gatewayClassName: fairlead
  listeners: [{name: http, protocol: HTTP, port: 80}]
`;
}

/** A route of one host to one Service. */
export function route(
  name: string,
  options: { host?: string; service?: string; port?: number; gateway?: string } = {},
): string {
  const { host = `${name}.example`, service = "details", port = 9080 } = options;
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${name}}
spec:
  parentRefs: [{name: ${options.gateway ?? "edge"}}]
  hostnames: [${host}]
  rules: [{backendRefs: [{name: ${service}, port: ${port}}]}]
`;
}

/** Several documents as one manifest. */
export function documents(...texts: readonly string[]): string {
  return texts.join("---\n");
}
