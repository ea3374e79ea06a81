import type { Sql } from "postgres";

/** The rows behind the queue package's PostgreSQL adapter. */
export interface QueueStore {
  /** Adds messages and notifies the channel `queue` with the queue's name. */
  send(queue: string, bodies: readonly string[]): Promise<void>;
  /** Takes visible messages for `visibilityMs`. Those received `maxReceives` times already become dead letters instead. */
  receive(queue: string, options: ReceiveOptions): Promise<readonly StoredMessage[]>;
  /** Removes messages whose receipt still holds. */
  remove(queue: string, receipts: readonly string[]): Promise<void>;
  /** Hides a message for `delayMs` from now (0: it is visible again). Nothing happens when the receipt holds no more. */
  postpone(queue: string, receipt: string, delayMs: number): Promise<void>;
  /** The oldest dead letters. */
  deadLetters(queue: string, limit: number): Promise<readonly StoredMessage[]>;
  /** Milliseconds until the first message is due, 0 when one is; undefined when the queue is empty. */
  nextDueMs(queue: string): Promise<number | undefined>;
}

export interface ReceiveOptions {
  readonly limit: number;
  readonly visibilityMs: number;
  readonly maxReceives: number;
}

/** A message as it is stored. */
export interface StoredMessage {
  /** Good until the message is received again. */
  readonly receipt: string;
  readonly body: string;
  /** How often it was received, this time included. */
  readonly receives: number;
}

/**
 * Queue statements wait for no disk: a message is a hint, and what a crash loses is in order, so a hint is never gone
 * while the outbox row it came from is gone too.
 */
export function queueStore(client: Sql): QueueStore {
  return {
    send: async (queue, bodies) => {
      await client`
        insert into queue_messages (queue, body)
        select ${queue}, body from jsonb_array_elements_text(${JSON.stringify(bodies)}::text::jsonb) as body,
          set_config('synchronous_commit', 'off', true)`;
      await client`select pg_notify('fairlead_queue', ${queue})`;
    },

    receive: async (queue, { limit, visibilityMs, maxReceives }) => client<StoredMessage[]>`
      with due as (
        select id, receives from queue_messages where queue = ${queue} and visible_at <= clock_timestamp()
        order by visible_at, id limit ${limit} for update skip locked
      ), dead as (
        delete from queue_messages m using due where m.id = due.id and due.receives >= ${maxReceives} returning m.*
      ), buried as (
        insert into queue_dead_letters (id, queue, body, receives, created_at)
        select id, queue, body, receives, created_at from dead
      )
      update queue_messages m set receives = m.receives + 1, receipt = gen_random_uuid(),
        visible_at = clock_timestamp() + ${visibilityMs}::bigint * interval '1 millisecond'
      from due, set_config('synchronous_commit', 'off', true)
      where m.id = due.id and due.receives < ${maxReceives}
      returning m.id || ':' || m.receipt as receipt, m.body, m.receives`,

    remove: async (queue, receipts) => {
      await client`
        delete from queue_messages m using jsonb_array_elements_text(${JSON.stringify(receipts)}::text::jsonb) as held,
          set_config('synchronous_commit', 'off', true)
        where m.queue = ${queue} and m.id = split_part(held, ':', 1)::bigint
          and m.receipt = split_part(held, ':', 2)::uuid`;
    },

    postpone: async (queue, receipt, delayMs) => {
      const [id = "0", token = ""] = receipt.split(":");
      await client`
        update queue_messages set visible_at = clock_timestamp() + ${delayMs}::bigint * interval '1 millisecond'
        where queue = ${queue} and id = ${id}::text::bigint and receipt = ${token}::text::uuid`;
    },

    deadLetters: async (queue, limit) => client<StoredMessage[]>`
      select id::text as receipt, body, receives from queue_dead_letters where queue = ${queue} order by id limit ${limit}`,

    nextDueMs: async (queue) => {
      // Without a message there is no row: `greatest` would take the missing minimum for "now", and the reader would spin.
      const [row] = await client<{ due: number }[]>`
        select greatest(0, ceil(extract(epoch from min(visible_at) - clock_timestamp()) * 1000))::float8 as due
        from queue_messages where queue = ${queue} having count(*) > 0`;
      return row?.due;
    },
  };
}
