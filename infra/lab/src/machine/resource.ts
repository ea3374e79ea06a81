/**
 * Something a lab makes outside its own files, with all that is needed to take exactly it away again.
 * A resource is written to the journal before it is made; taking away one that was never made does nothing.
 */
export type Resource =
  /** A folder and everything in it. */
  | { readonly kind: "directory"; readonly path: string }
  /** A file that says who has a cluster number; taken away only while `owner` is what it says. */
  | { readonly kind: "claim"; readonly path: string; readonly owner: string }
  /** The mount that `ip netns` makes of the folder of names; taken away once no name is left. */
  | { readonly kind: "namespace-folder"; readonly path: string }
  /** A named network namespace, and with it every device, rule and route inside. */
  | { readonly kind: "namespace"; readonly name: string }
  /** A device in the machine's own namespace; a veth takes its other end along. */
  | { readonly kind: "link"; readonly name: string }
  /** A route of the machine's own. */
  | { readonly kind: "route"; readonly to: string; readonly via: string; readonly device: string }
  /** Kernel settings of the machine's own that the lab in the directory `owner` needs otherwise, as others may; see `machine-sysctls.ts`. */
  | { readonly kind: "sysctls"; readonly owner: string }
  /** A cgroup (path from the root of every hierarchy): its processes are killed, then it goes with its children. */
  | { readonly kind: "cgroup"; readonly path: string }
  /** Processes that carry `mark` in their environment, and those they started. */
  | { readonly kind: "process"; readonly mark: string };

/** One line for people: what it is, and which. */
export function describeResource(resource: Resource): string {
  switch (resource.kind) {
    case "directory":
    case "claim":
    case "namespace-folder":
    case "cgroup":
      return `${resource.kind} ${resource.path}`;
    case "sysctls":
      return "the machine's sysctls";
    case "namespace":
    case "link":
      return `${resource.kind} ${resource.name}`;
    case "route":
      return `route ${resource.to} via ${resource.via}`;
    case "process":
      return `process ${resource.mark}`;
    default:
      return resource satisfies never;
  }
}
