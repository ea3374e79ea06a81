import {
  DEFAULT_INGRESS_CLASS_ANNOTATION,
  INGRESS_CLASS_ANNOTATION,
  type Ingress,
  type IngressClass,
} from "@fairlead/kubernetes-types";
import type { Family, Scope } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import type { Sources } from "../ingest/sources.ts";
import { compareAge, creationTime } from "../precedence.ts";
import type { ControllerClasses } from "../settings.ts";

/** Which Ingresses are ours. */
export interface IngressClasses {
  /** Name → whether one of our controllers answers for it. Rank 1. */
  readonly ours: Family<boolean>;
  /** Name of the default class of the cluster, under the key `""`. Rank 2. */
  readonly byDefault: Family<string>;
}

/** Adds IngressClasses to a graph. */
export function addIngressClasses(graph: Graph, sources: Sources, classes: ControllerClasses): IngressClasses {
  const defaults = graph.group<{ readonly name: string; readonly created: string }>("default-ingress-classes", 1);
  const ours = graph.derive<IngressClass, boolean>({
    name: "ingress-class",
    rank: 1,
    from: sources.ingressClasses,
    compute: (name, object, scope) => {
      if (object.metadata.annotations?.[DEFAULT_INGRESS_CLASS_ANNOTATION] === "true") {
        scope.emit(defaults, "", { name, created: creationTime(object) });
      }
      return classes.ingressControllers.includes(object.spec?.controller ?? "");
    },
  });
  const byDefault = graph.lookup({
    name: "default-ingress-class",
    rank: 2,
    // Of several defaults Kubernetes takes the newest.
    compute: (_, scope) => [...(scope.read(defaults, "")?.values() ?? [])].sort(compareAge).at(-1)?.name,
  });
  return { ours, byDefault };
}

/** Whether an Ingress is ours: by the old annotation if it is there, else by its class, else by the default class. */
export function isOurs(classes: IngressClasses, scope: Scope, ingress: Ingress): boolean {
  const name =
    ingress.metadata.annotations?.[INGRESS_CLASS_ANNOTATION] ??
    ingress.spec.ingressClassName ??
    scope.read(classes.byDefault, "");
  return name !== undefined && scope.read(classes.ours, name) === true;
}
