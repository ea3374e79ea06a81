import { type MeshSettings, settingsFrom } from "@fairlead/mesh-model";
import { canonicalJson } from "../canonical.ts";
import type { PlanTarget } from "./types.ts";

/** How a cluster is read. Clusters of equal names are read alike. */
export interface PlaneReading {
  readonly name: string;
  readonly settings: MeshSettings;
}

/** What a plan asks of what serves in its clusters; what is alike is made once. */
export class Planes {
  readonly #known = new Map<string, PlaneReading>();

  /**
   * For what meets in a host. Ports of the nodes are left to {@link withPorts}: who has one is decided among all
   * objects of a cluster.
   */
  hosts({ dataPlane }: PlanTarget): PlaneReading {
    if (dataPlane === undefined) return this.#once("", () => settingsFrom(undefined));
    const { hostNetwork: _, ...plane } = dataPlane;
    return this.#once(canonicalJson(plane), () => ({ ...settingsFrom(dataPlane), hostNetwork: undefined }));
  }

  /** For who has which port of the nodes; undefined where nobody listens there. */
  withPorts({ dataPlane }: PlanTarget): PlaneReading | undefined {
    const { gateways, ingresses } = dataPlane?.hostNetwork ?? {};
    if (dataPlane === undefined || (!gateways && !ingresses)) return undefined;
    return this.#once(`ports ${canonicalJson({ ...dataPlane })}`, () => settingsFrom(dataPlane));
  }

  #once(name: string, make: () => MeshSettings): PlaneReading {
    const known = this.#known.get(name) ?? { name, settings: make() };
    this.#known.set(name, known);
    return known;
  }
}
