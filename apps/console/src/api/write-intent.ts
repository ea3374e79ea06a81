import type { Client } from "@fairlead/client";
import type { Deleted, IntentInput, Plan } from "@fairlead/contract";
import type { IntentRecord } from "../domain/intent-record.ts";
import type { KindInfo } from "../domain/kinds.ts";
import { type Preview, previewOfPlan } from "../domain/preview.ts";
import { intentApi } from "./intent-api.ts";

/** The writes of one kind of intent, each with its preview. */
export function writer(client: Client, info: KindInfo, project: string) {
  const api = intentApi(client, info);
  const { kind } = info;
  const params = { project };
  const apply = async (input: IntentInput): Promise<Preview> =>
    previewOfPlan(await client.plans.create({ params, body: { changes: [{ action: "apply", kind, ...input }] } }));
  return {
    create: { preview: apply, save: (body: IntentInput) => api.create({ params, body }) },
    /** Replaces what is at `ifMatch`, the revision that was read. */
    replace: (id: string, ifMatch: string) => ({
      preview: apply,
      save: (body: IntentInput) => api.put({ params: { project, id }, body, ifMatch }),
    }),
    remove: ({ id, name, namespace, revision }: IntentRecord) => ({
      preview: async (): Promise<Preview> =>
        previewOfPlan(
          await client.plans.create({ params, body: { changes: [{ action: "delete", kind, namespace, name }] } }),
        ),
      save: () => api.delete({ params: { project, id }, ifMatch: revision }),
    }),
  };
}

/** Whether an answer says what would be instead of what is. */
export function isPlan(answer: IntentRecord | Plan | Deleted): answer is Plan {
  return "dryRun" in answer;
}
