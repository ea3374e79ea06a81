import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { MeshError } from "@fairlead/core";
import { consume, type MessageSource } from "./consume.ts";
import type { Queue, QueueOptions } from "./queue.ts";

export interface SqsQueueOptions extends QueueOptions {
  /** A standard queue with a redrive policy: dead letters are its business. */
  readonly queueUrl: string;
  /** Default: as the AWS SDK finds it. */
  readonly region?: string | undefined;
  /** Another service that speaks SQS. */
  readonly endpoint?: string | undefined;
  /** How long one receive waits, in milliseconds, rounded to seconds; SQS allows 20,000. Default 20,000. */
  readonly waitMs?: number | undefined;
}

/** SQS takes and gives ten messages at a time. */
const BATCH = 10;

/** The queue of production: an SQS standard queue. Credentials come from where the AWS SDK looks for them. */
export function sqsQueue(options: SqsQueueOptions): Queue {
  const { queueUrl: QueueUrl, region, endpoint, visibilityMs = 30_000, waitMs = 20_000 } = options;
  const client = new SQSClient({ ...(region && { region }), ...(endpoint && { endpoint }) });
  const ended = new AbortController();
  const loops = new Set<Promise<void>>();

  const source: MessageSource = {
    receive: async (limit, signal) => {
      const answer = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: Math.min(limit, BATCH),
          WaitTimeSeconds: Math.round(waitMs / 1000),
          VisibilityTimeout: seconds(visibilityMs),
          MessageSystemAttributeNames: ["ApproximateReceiveCount"],
        }),
        { abortSignal: signal },
      );
      return (answer.Messages ?? []).flatMap(({ ReceiptHandle: receipt, Body: body, Attributes }) =>
        receipt === undefined || body === undefined
          ? []
          : [{ receipt, body, receives: Number(Attributes?.ApproximateReceiveCount ?? 1) }],
      );
    },
    remove: async (ReceiptHandle) => {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    postpone: async (ReceiptHandle, delayMs) => {
      const VisibilityTimeout = seconds(delayMs);
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    },
  };

  const close = async () => {
    ended.abort();
    await Promise.all(loops);
    client.destroy();
  };
  return {
    send: async (bodies) => {
      for (let from = 0; from < bodies.length; from += BATCH) {
        const Entries = bodies.slice(from, from + BATCH).map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
        const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        if (Failed.length > 0) throw notTaken(Failed.map(({ Code, Message }) => `${Code} ${Message}`));
      }
    },
    consume: async (handler, consuming) => {
      const signal = AbortSignal.any([ended.signal, consuming.signal]);
      const loop = consume(source, handler, { ...consuming, signal }, options).finally(() => loops.delete(loop));
      loops.add(loop);
      await loop;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** SQS counts in whole seconds; less than one would be none. */
function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

function notTaken(reasons: readonly string[]): MeshError {
  return new MeshError("unavailable", {
    public: "The queue did not take every message. Try again.",
    internal: `SQS refused ${reasons.length} messages: ${reasons.slice(0, 3).join("; ")}`,
    retryAfterMs: 1000,
  });
}
