import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { silentLog } from "@fairlead/core";
import { type Sqs, startSqs } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, vi } from "vitest";
import { sqsQueue } from "./sqs-queue.ts";
import { MAX_RECEIVES, queueBattery, VISIBILITY_MS } from "./testing/queue-battery.ts";

let server: Sqs;
let client: SQSClient;

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  server = await startSqs();
  client = new SQSClient({ endpoint: server.endpoint, region: "eu-central-1" });
});
afterAll(async () => {
  client.destroy();
  await server.stop();
  vi.unstubAllEnvs();
});

async function createQueue(QueueName: string, Attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

describe("the SQS queue", () => {
  let count = 0;
  queueBattery(async () => {
    const name = `test-${count++}`;
    const deadUrl = await createQueue(`${name}-dead`);
    const dead = await client.send(new GetQueueAttributesCommand({ QueueUrl: deadUrl, AttributeNames: ["QueueArn"] }));
    const redrive = { deadLetterTargetArn: dead.Attributes?.QueueArn, maxReceiveCount: MAX_RECEIVES };
    const queueUrl = await createQueue(name, { RedrivePolicy: JSON.stringify(redrive) });
    return {
      open: () =>
        sqsQueue({
          queueUrl,
          endpoint: server.endpoint,
          region: "eu-central-1",
          log: silentLog,
          visibilityMs: VISIBILITY_MS,
          retryBaseMs: 50,
          waitMs: 2000,
        }),
      takeAndVanish: async () => {
        await client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, VisibilityTimeout: 1 }));
      },
      deadLetters: async () => {
        const found = await client.send(
          new ReceiveMessageCommand({ QueueUrl: deadUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
        );
        return (found.Messages ?? []).flatMap(({ Body }) => Body ?? []);
      },
      [Symbol.asyncDispose]: async () => {},
    };
  });
});
