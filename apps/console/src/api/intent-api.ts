import type { Client } from "@fairlead/client";
import type { Convergence, Deleted, IntentInput, Plan } from "@fairlead/contract";
import type { IntentRecord } from "../domain/intent-record.ts";
import type { KindInfo } from "../domain/kinds.ts";

interface Options {
  readonly signal?: AbortSignal;
}
interface InProject extends Options {
  readonly params: { readonly project: string };
}
interface OfIntent extends Options {
  readonly params: { readonly project: string; readonly id: string };
}
interface Writing {
  readonly query?: { readonly dryRun?: boolean };
}

/** The operations that every kind of intent has. */
export interface IntentApi {
  list(
    args: InProject & { readonly query: { readonly limit: number; readonly cursor?: string | undefined } },
  ): Promise<{ readonly items: readonly IntentRecord[]; readonly nextCursor: string | null }>;
  get(args: OfIntent): Promise<IntentRecord>;
  create(args: InProject & Writing & { readonly body: IntentInput }): Promise<IntentRecord | Plan>;
  put(
    args: OfIntent & Writing & { readonly body: IntentInput; readonly ifMatch: string },
  ): Promise<IntentRecord | Plan>;
  delete(args: OfIntent & Writing & { readonly ifMatch: string }): Promise<Deleted | Plan>;
  convergence(args: OfIntent): Promise<Convergence>;
}

/** The operations of one kind. */
export function intentApi(client: Client, { resource }: KindInfo): IntentApi {
  return client[resource];
}
