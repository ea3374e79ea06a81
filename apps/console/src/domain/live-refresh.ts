/** An event of the API's stream, as far as the console needs it. All are hints: what they name is read again. */
export type LiveEvent =
  | { readonly event: "ready" | "reset"; readonly revision: string }
  | {
      readonly event: "change";
      readonly revision: string;
      readonly action: "create" | "update" | "delete";
      readonly subject: "intent" | "project" | "cluster";
      readonly id: string;
      readonly kind: string | null;
      readonly project: string | null;
    }
  | { readonly event: "state" | "clusters"; readonly cluster: string | null };

/** An intent that is to be read again, or to be taken out of the lists. */
export interface TouchedIntent {
  readonly id: string;
  readonly kind: string;
  readonly project: string;
  readonly gone: boolean;
}

/** What has to be read again after some events. */
export interface Refresh {
  /** Too much was missed: read everything. */
  readonly everything: boolean;
  readonly clusters: boolean;
  readonly projects: boolean;
  /** How far things have come. */
  readonly convergence: boolean;
  readonly intents: ReadonlyMap<string, TouchedIntent>;
}

/** Nothing to read again. */
export const NOTHING: Refresh = {
  everything: false,
  clusters: false,
  projects: false,
  convergence: false,
  intents: new Map(),
};

/** Adds one event to what has to be read again; the last word on an intent counts. */
export function addEvent(refresh: Refresh, event: LiveEvent): Refresh {
  switch (event.event) {
    case "ready":
      // Changes missed while the stream was away are told again, reports and connections are not.
      return { ...refresh, clusters: true, convergence: true };
    case "reset":
      return { ...refresh, everything: true };
    case "state":
      return { ...refresh, convergence: true };
    case "clusters":
      return { ...refresh, clusters: true, convergence: true };
    case "change":
      return addChange({ ...refresh, convergence: true }, event);
  }
}

function addChange(refresh: Refresh, event: Extract<LiveEvent, { event: "change" }>): Refresh {
  if (event.subject === "cluster") return { ...refresh, clusters: true };
  if (event.subject === "project") return { ...refresh, projects: true };
  if (event.kind === null || event.project === null) return { ...refresh, everything: true };
  const { id, kind, project } = event;
  const intents = new Map(refresh.intents).set(id, { id, kind, project, gone: event.action === "delete" });
  return { ...refresh, intents };
}
