import type { Log } from "@fairlead/core";
import type { Database } from "@fairlead/database";
import { postgresQueue, type Queue, sqsQueue } from "@fairlead/queue";

/** Name of the queue in PostgreSQL. */
const QUEUE = "render";

/** The queue that hints travel on: SQS when there is a URL, else PostgreSQL. */
export function openRenderQueue(
  config: { readonly queueUrl: string | undefined; readonly queueEndpoint: string | undefined },
  database: Database,
  log: Log,
): Queue {
  if (config.queueUrl === undefined) return postgresQueue({ database, log, queue: QUEUE });
  return sqsQueue({ log, queueUrl: config.queueUrl, endpoint: config.queueEndpoint });
}
