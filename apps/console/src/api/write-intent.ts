import type { Client } from "@fairlead/client";
import type { Deleted, IntentInput, Plan } from "@fairlead/contract";
import type { IntentRecord } from "../domain/intent-record.ts";
import type { KindInfo } from "../domain/kinds.ts";
import { type Preview, previewOfDryRun } from "../domain/preview.ts";
import { intentApi } from "./intent-api.ts";

/** The writes of one kind of intent, each with its preview. */
export function writer(client: Client, kind: KindInfo, project: string) {
  const api = intentApi(client, kind);
  const dry = { dryRun: true };
  return {
    create: {
      preview: async (body: IntentInput) => previewOf(await api.create({ params: { project }, query: dry, body })),
      save: (body: IntentInput) => api.create({ params: { project }, body }),
    },
    /** Replaces what is at `ifMatch`, the revision that was read. */
    replace: (id: string, ifMatch: string) => ({
      preview: async (body: IntentInput) =>
        previewOf(await api.put({ params: { project, id }, query: dry, body, ifMatch: "*" })),
      save: (body: IntentInput) => api.put({ params: { project, id }, body, ifMatch }),
    }),
    remove: (id: string, ifMatch: string) => ({
      preview: async () => previewOf(await api.delete({ params: { project, id }, query: dry, ifMatch })),
      save: () => api.delete({ params: { project, id }, ifMatch }),
    }),
  };
}

/** Whether an answer says what would be instead of what is. */
export function isPlan(answer: IntentRecord | Plan | Deleted): answer is Plan {
  return "dryRun" in answer;
}

function previewOf(answer: IntentRecord | Plan | Deleted): Preview {
  if (!isPlan(answer)) throw new Error("the API has answered a dry run as if it were a write");
  return previewOfDryRun(answer);
}
