import { createRoute, z } from "@hono/zod-openapi";
import { revisionText } from "../../schemas/fields.ts";
import { readProblems } from "../responses.ts";

const DESCRIPTION = `Hints of what changed, as server-sent events: whoever reads them reads the things themselves again.

- \`ready\` {revision}: what was missed has been told; from here on it is live. Comes first, after what \`Last-Event-ID\` asked for.
- \`change\` {revision, action, subject, id, kind, project}: an entry of the revision log, in order, none left out.
- \`state\` {cluster}: a cluster has reported; at most four a second, \`cluster\` is null when it was several.
- \`clusters\` {cluster}: a cluster's connection came or went.
- \`reset\` {revision}: too much was missed to be told; read everything anew.

The id of \`ready\`, \`change\` and \`reset\` is the revision: sent back as \`Last-Event-ID\`, the stream goes on from there.
A comment comes every 15 seconds. The stream ends when its token is revoked, and when its reader is too slow.`;

export const eventRoutes = {
  stream: createRoute({
    method: "get",
    path: "/v1/events",
    operationId: "streamEvents",
    summary: "What changes, live.",
    description: DESCRIPTION,
    tags: ["Events"],
    request: {
      headers: z.object({
        "last-event-id": revisionText.optional().openapi({ description: "The id of the last event that was read." }),
      }),
    },
    responses: {
      200: {
        description: "The stream.",
        content: { "text/event-stream": { schema: z.string().openapi({ description: "Server-sent events." }) } },
      },
      ...readProblems,
    },
  }),
};
