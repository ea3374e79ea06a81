export { type PostgresQueueOptions, postgresQueue } from "./postgres-queue.ts";
export type { ConsumeOptions, Queue, QueueHandler, QueueMessage, QueueOptions } from "./queue.ts";
export { type SqsQueueOptions, sqsQueue } from "./sqs-queue.ts";
