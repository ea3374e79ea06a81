import type { LabelSelector } from "@fairlead/contract";

/** An intent of any kind, as the API gives it. */
export interface IntentRecord {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly placement: { readonly clusterSelector: LabelSelector };
  readonly driftPolicy: "revert" | "report";
  readonly spec: Readonly<Record<string, unknown>>;
  readonly revision: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}
