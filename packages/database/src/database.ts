import type { OrganizationId } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import postgres, { type Sql } from "postgres";
import { translateError } from "./errors.ts";
import { type SystemDoor, systemDoor } from "./system-door.ts";
import {
  runTenant,
  runWrite,
  type TenantTransaction,
  type TransactionOptions,
  type WriteTransaction,
} from "./transaction.ts";

export interface DatabaseOptions {
  /** Connection of a runtime login, member of `fairlead_app`. One that could pass row-level security is refused. */
  readonly url: string;
  /** Past a pooler, for the one LISTEN connection. Default: `url`. */
  readonly directUrl?: string | undefined;
  /** Connections in the pool. Default 10. */
  readonly max?: number | undefined;
  /** Name of the process, as `pg_stat_activity` shows it. Default `fairlead`. */
  readonly name?: string | undefined;
}

/**
 * What is notified of. `revisions`: `org_… epoch.n` by the outbox relay. `queue`: a queue's name. The others carry what
 * their senders say: `bundles` of the render worker, `clusters` of revocations, `leases` of takeovers, `states` of what
 * hubs were told, `tokens` of revocations.
 */
export type Channel = "revisions" | "bundles" | "clusters" | "queue" | "leases" | "states" | "tokens";

/** Ends when closed; closing twice is no error. */
export interface Subscription extends AsyncDisposable {
  close(): Promise<void>;
}

/** The one way to the data. */
export interface Database extends AsyncDisposable {
  /** A transaction that sees one organization. Commits when `work` resolves, is rolled back when it rejects. */
  withTenant<T>(
    organization: OrganizationId,
    work: (tx: TenantTransaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  /**
   * A transaction that may change what users own. It holds the organization's revision counter from start to end: what
   * `work` reads (placement, grants) cannot change under it, and commit order is revision order. Each change takes the
   * next `n` and adds to the log and the outbox. Throws `not_found` without such an organization.
   */
  write<T>(organization: OrganizationId, actor: string, work: (tx: WriteTransaction) => Promise<T>): Promise<T>;
  readonly system: SystemDoor;
  /**
   * Calls `onMessage` for each notification, and `onListen` after each (re)connect, when some may have been missed.
   * All subscriptions share one connection.
   */
  listen(channel: Channel, onMessage: (payload: string) => void, onListen?: () => void): Promise<Subscription>;
  /** Sends a notification, outside any transaction. */
  notify(channel: Channel, payload: string): Promise<void>;
  /** Waits for what is under way (5 s at most) and closes every connection. */
  close(): Promise<void>;
}

/** Opens the database. Throws `unavailable` when it does not answer, `invalid_field` when the login has too many rights. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const client = connect(options.url, options.max ?? 10, options.name);
  try {
    await refuseMightyRole(client);
  } catch (error) {
    await client.end({ timeout: 0 });
    throw translateError(error);
  }
  const listener = connect(options.directUrl ?? options.url, 1, options.name);
  const close = async () => {
    await Promise.all([client.end({ timeout: 5 }), listener.end({ timeout: 5 })]);
  };
  return {
    withTenant: (organization, work, transaction = {}) => runTenant(client, organization, transaction, work),
    write: (organization, actor, work) => runWrite(client, organization, actor, work),
    system: systemDoor(client),
    listen: async (channel, onMessage, onListen) => {
      const { unlisten } = await listener.listen(`fairlead_${channel}`, onMessage, onListen);
      return { close: unlisten, [Symbol.asyncDispose]: unlisten };
    },
    notify: async (channel, payload) => {
      await client`select pg_notify(${`fairlead_${channel}`}, ${payload})`;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function connect(url: string, max: number, name = "fairlead"): Sql {
  return postgres(url, {
    max,
    // Every array goes as JSON, so the driver need not read the server's types on each connection.
    fetch_types: false,
    connection: { application_name: name },
    onnotice: () => {},
    // Revisions are bigints that stay far below 2^53.
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  }) as unknown as Sql; // SAFETY: the type only adds the custom parser's name to what may be a parameter.
}

/** Row-level security does not bind superusers, BYPASSRLS roles, or (unless forced) owners: never run as one. */
async function refuseMightyRole(client: Sql): Promise<void> {
  const [role] = await client<{ name: string; mighty: boolean; owner: boolean; member: boolean }[]>`
    select rolname as name, rolsuper or rolbypassrls as mighty,
      exists (select from pg_class c where c.relowner = r.oid and c.relkind = 'r') as owner,
      pg_has_role(rolname, 'fairlead_app', 'usage') as member
    from pg_roles r where rolname = current_user`;
  if (role === undefined) throw new TypeError("the connection has no role");
  const problem = role.mighty
    ? "could pass row-level security"
    : role.owner
      ? "owns tables"
      : role.member
        ? undefined
        : "is not a member of fairlead_app";
  if (problem === undefined) return;
  throw new MeshError("invalid_field", {
    public: `The database login ${role.name} ${problem}. Use one that is a plain member of fairlead_app.`,
    fields: [{ field: "DATABASE_URL", message: `the login ${role.name} ${problem}` }],
  });
}
