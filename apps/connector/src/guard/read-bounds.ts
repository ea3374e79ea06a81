import {
  CONNECTOR_POLICY_NAME,
  type ConnectorPolicySpec,
  parseConnectorPolicy,
} from "@fairlead/contract/connector-policy";
import { MeshError } from "@fairlead/core";
import type { KubernetesObject } from "@fairlead/kubernetes-types";

/** What is known of the bounds a cluster's owner has set. */
export type Bounds =
  /** Nobody has looked yet: nothing may be changed. */
  | { readonly state: "unknown" }
  /** There is no policy: nothing is bounded. */
  | { readonly state: "none" }
  | { readonly state: "set"; readonly policy: ConnectorPolicySpec }
  /** There may be bounds that cannot be read: nothing may be changed. `field` is a path in the policy. */
  | { readonly state: "unusable"; readonly field: string; readonly message: string };

/** The bounds of a policy; undefined: there is none. Whatever this version does not understand makes it unusable. */
export function readBounds(policy: KubernetesObject | undefined): Bounds {
  if (policy === undefined) return { state: "none" };
  try {
    return { state: "set", policy: parseConnectorPolicy(policy) };
  } catch (thrown) {
    const error = MeshError.from(thrown);
    const message = `ConnectorPolicy ${CONNECTOR_POLICY_NAME} is not valid, so nothing is changed: ${error.public}`;
    return { state: "unusable", field: error.fields[0]?.field ?? "spec", message };
  }
}
