import { type Client, listAll } from "@fairlead/client";
import type {
  Convergence,
  ConvergenceStage,
  Deleted,
  Intent,
  IntentIdKind,
  IntentInput,
  IntentKind,
  Plan,
} from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { label } from "./kinds.ts";

/** An intent of any kind. */
export type AnyIntent = { [K in IntentIdKind]: Intent<K> }[IntentIdKind];

interface InProject {
  readonly params: { readonly project: string };
}
interface OfIntent {
  readonly params: { readonly project: string; readonly id: string };
}
interface Writing {
  readonly query?: { readonly dryRun?: boolean };
}

/** The operations all intent resources share. */
export interface IntentApi {
  list(
    args: InProject & {
      readonly query: {
        readonly namespace?: string | undefined;
        readonly name?: string | undefined;
        readonly cursor?: string | undefined;
      };
    },
  ): Promise<{ readonly items: readonly AnyIntent[]; readonly nextCursor: string | null }>;
  get(args: OfIntent): Promise<AnyIntent>;
  create(args: InProject & Writing & { readonly body: IntentInput }): Promise<AnyIntent | Plan>;
  put(args: OfIntent & Writing & { readonly body: IntentInput; readonly ifMatch: string }): Promise<AnyIntent | Plan>;
  delete(args: OfIntent & Writing & { readonly ifMatch: string }): Promise<Deleted | Plan>;
  convergence(
    args: OfIntent & { readonly query: { readonly stage: ConvergenceStage; readonly waitMs: number } },
  ): Promise<Convergence>;
}

/** The operations of one intent kind. */
export function intentApi(client: Client, kind: IntentKind): IntentApi {
  switch (kind) {
    case "Gateway":
      return client.gateways;
    case "HTTPRoute":
      return client.httpRoutes;
    case "GRPCRoute":
      return client.grpcRoutes;
    case "Ingress":
      return client.ingresses;
  }
}

/** Where an intent is looked for. */
export interface IntentPlace {
  readonly project: string;
  readonly kind: IntentKind;
  readonly namespace: string;
  readonly name: string;
}

/** The intent of this kind, namespace and name; undefined when there is none. */
export async function findIntent(client: Client, place: IntentPlace): Promise<AnyIntent | undefined> {
  const { project, kind, namespace, name } = place;
  const { items } = await intentApi(client, kind).list({ params: { project }, query: { namespace, name } });
  return items.find((one) => one.name === name && one.namespace === namespace);
}

/** As {@link findIntent}, but throws `not_found`. */
export async function needIntent(client: Client, place: IntentPlace): Promise<AnyIntent> {
  const intent = await findIntent(client, place);
  if (intent === undefined) {
    throw new MeshError("not_found", { public: `There is no ${label(place.kind, place.name, place.namespace)}.` });
  }
  return intent;
}

/** Every intent of one kind, in all namespaces or one. */
export async function listIntents(
  client: Client,
  project: string,
  kind: IntentKind,
  namespace: string | undefined,
): Promise<AnyIntent[]> {
  const found: AnyIntent[] = [];
  const page = (cursor: string | undefined) =>
    intentApi(client, kind).list({ params: { project }, query: { namespace, cursor } });
  for await (const one of listAll(page)) found.push(one);
  return found;
}

/** Whether a write's answer is a plan rather than the thing written. */
export function isPlan(answer: object): answer is Plan {
  return "dryRun" in answer && answer.dryRun === true;
}
