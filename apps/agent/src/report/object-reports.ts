import { type Clock, parseRevision } from "@fairlead/core";
import { type KubernetesObject, type ObjectKey, REVISION_ANNOTATION } from "@fairlead/kubernetes-types";
import type { NodeObjectReport } from "@fairlead/tunnel";
import type { ObjectState } from "../node-config.ts";
import { isReported } from "../object-form.ts";

/** What is reported of an object, its revision as text. */
export type ObjectReport = NodeObjectReport<string>;

/**
 * What the connector should know of this node: the state of every object that carries a revision of ours. A state
 * once reached stays until the object's revision changes or it is refused: a proxy that restarts loads it again.
 */
export class ObjectReports {
  readonly #clock: Clock;
  readonly #reports = new Map<ObjectKey, ObjectReport>();
  readonly #onChange: (key: ObjectKey) => void;

  constructor(clock: Clock, onChange: (key: ObjectKey) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** All there is to report. */
  get all(): ReadonlyMap<ObjectKey, ObjectReport> {
    return this.#reports;
  }

  /** Takes in an object's state; without an object it is gone from the node. */
  set(key: ObjectKey, object: KubernetesObject | undefined, state: ObjectState | undefined): void {
    if (!isReported(key)) return;
    const revision = object?.metadata.annotations?.[REVISION_ANNOTATION];
    if (state === undefined || revision === undefined || parseRevision(revision) === undefined) {
      if (this.#reports.delete(key)) this.#onChange(key);
      return;
    }
    const before = this.#reports.get(key);
    if (before?.revision === revision) {
      if (state.state === "pending" && before.state === "proxied") return;
      if (state.state === before.state && JSON.stringify(rejection(state)) === JSON.stringify(before.rejection)) return;
    }
    const why = rejection(state);
    const report = { key, revision, state: state.state, at: this.#clock.now() };
    this.#reports.set(key, why === undefined ? report : { ...report, rejection: why });
    this.#onChange(key);
  }
}

function rejection(state: ObjectState): ObjectReport["rejection"] {
  return state.state === "rejected" ? state.rejection : undefined;
}
