import type { Condition, ObjectReference } from "@fairlead/contract";
import { parseRevision, type Revision } from "@fairlead/core";
import type { ObjectProblem } from "@fairlead/database";
import { KINDS } from "@fairlead/intent";

/** The object a bundle key names, in the version intents are written in. */
export function referenceOf(key: string): ObjectReference {
  const [group = "", kind = "", namespace = "", name = ""] = key.split("/");
  const known = Object.entries(KINDS).find(([one]) => one === kind)?.[1];
  const version = known?.versions[0] ?? "v1";
  return { apiVersion: group === "" ? version : `${group}/${version}`, kind, namespace, name };
}

/** Why an object was refused, in the words of Kubernetes conditions. */
export function conditionOf(problem: ObjectProblem): Condition {
  return {
    type: problem.stage === "applied" ? "Applied" : "Programmed",
    status: "False",
    reason: camelCase(problem.reason ?? "") || "Rejected",
    message: problem.message ?? "",
    object: referenceOf(problem.key),
    field: problem.field === undefined || problem.field === "" ? null : problem.field,
  };
}

/** The revision of the object a report is about. */
export function revisionOf(problem: ObjectProblem): Revision {
  return parseRevision(problem.revision) ?? { epoch: 0, n: 0 };
}

/** A moment as the API writes it; null when not known. */
export function isoTime(at: number | Date | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

// Connectors say codes such as foreign_object; conditions have reasons such as ForeignObject.
function camelCase(code: string): string {
  return code
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
