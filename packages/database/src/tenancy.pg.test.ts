import { uuidFromId } from "@fairlead/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serverError } from "./errors.ts";
import { getIntent } from "./intents.ts";
import { getProject } from "./projects.ts";
import { fillOrganization } from "./testing/fill-organization.ts";
import { type OpenTestDatabase, openTestDatabase } from "./testing/open-test-database.ts";
import { makeRoute, type Sample } from "./testing/sample.ts";

let db: OpenTestDatabase;
let mine: Sample;
let theirs: Sample;
let tables: string[];

/** Tables without tenants, with the reason in the migration that makes each. */
const SHARED = ["queue_dead_letters", "queue_messages", "schema_migrations"];

beforeAll(async () => {
  db = await openTestDatabase();
  mine = await fillOrganization(db.database, "mine");
  theirs = await fillOrganization(db.database, "theirs");
  const found = await db.owner<{ name: string }[]>`
    select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by 1`;
  tables = found.map((row) => row.name).filter((name) => !SHARED.includes(name));
});
afterAll(() => db[Symbol.asyncDispose]());

/** Runs statements as the runtime's login inside an organization, and rolls back. */
async function inside<T>(organization: string, work: (tx: typeof db.runtime) => Promise<T>): Promise<T> {
  const rollback = new Error("rolled back");
  let result: { value: T } | undefined;
  await db.runtime
    .begin(async (tx) => {
      await tx`select set_config('fairlead.organization', ${organization}, true)`;
      // SAFETY: a transaction's tag is called like the pool's; the tests use nothing else of it.
      result = { value: await work(tx as unknown as typeof db.runtime) };
      throw rollback;
    })
    .catch((error: unknown) => {
      if (error !== rollback) throw error;
    });
  if (result === undefined) throw new Error("the work gave nothing");
  return result.value;
}

describe("the catalogue", () => {
  test("every table is a tenant table or on the short list of shared ones", async () => {
    const found = await db.owner<{ name: string }[]>`
      select c.relname as name from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
        and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id') order by 1`;
    expect(found.map((row) => row.name)).toEqual(SHARED);
    expect(tables.length).toBeGreaterThanOrEqual(18);
  });

  test("every tenant table has forced row-level security, the one policy for all verbs, and an index by organization", async () => {
    const found = await db.owner<Record<string, unknown>[]>`
      select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
        a.attnotnull as "notNull", format_type(a.atttypid, null) as type,
        exists (select from pg_index i where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indpred is null) as indexed,
        (select jsonb_agg(jsonb_build_array(p.polcmd, p.polpermissive, p.polroles = '{0}', pg_get_expr(p.polqual, p.polrelid),
          pg_get_expr(p.polwithcheck, p.polrelid))) from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant') as policy
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
      where c.relname = any(${tables}) and c.relkind in ('r', 'p') order by 1`;
    const rule = "(organization_id = (NULLIF(current_setting('fairlead.organization'::text, true), ''::text))::uuid)";
    const common = { enabled: true, forced: true, notNull: true, type: "uuid", indexed: true };
    expect(found).toEqual(tables.map((name) => ({ name, ...common, policy: [["*", true, true, rule, rule]] })));
  });

  test("only the doors' role has other policies, on the tables its functions read", async () => {
    const found = await db.owner<{ policy: string }[]>`
      select format('%s %s %s', tablename, cmd, roles) as policy from pg_policies
      where schemaname = 'public' and policyname <> 'tenant' order by 1`;
    expect(found.map((row) => row.policy)).toEqual([
      "api_tokens SELECT {fairlead_door}",
      "clusters SELECT {fairlead_door}",
      "hub_leases SELECT {fairlead_door}",
      "hub_leases UPDATE {fairlead_door}",
      "join_tokens SELECT {fairlead_door}",
      "organizations SELECT {fairlead_door}",
      "outbox DELETE {fairlead_door}",
      "outbox SELECT {fairlead_door}",
      "outbox UPDATE {fairlead_door}",
      "render_cursors SELECT {fairlead_door}",
      "revision_counters SELECT {fairlead_door}",
    ]);
  });

  test("foreign keys between tenant tables include the organization", async () => {
    const found = await db.owner<{ name: string }[]>`
      select k.conname as name from pg_constraint k
        join pg_attribute a on a.attrelid = k.conrelid and a.attname = 'organization_id'
      where k.contype = 'f' and not a.attnum = any(k.conkey)`;
    expect(found).toEqual([]);
  });

  test("no role of ours has powers, and the runtime owns nothing", async () => {
    const roles = await db.owner<Record<string, unknown>[]>`
      select rolname as name, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as mighty,
        rolcanlogin as login, (select count(*)::int from pg_class where relowner = r.oid) as tables,
        (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships
      from pg_roles r where rolname like 'fairlead%' and not rolsuper order by 1`;
    expect(roles).toEqual([
      { name: "fairlead_app", mighty: false, login: false, tables: 0, memberships: 0 },
      { name: "fairlead_door", mighty: false, login: false, tables: 0, memberships: 0 },
      { name: "fairlead_test", mighty: false, login: true, tables: 0, memberships: 1 },
    ]);
  });

  test("functions that run as somebody else are the doors, bound to one search path and to the runtime", async () => {
    const found = await db.owner<Record<string, unknown>[]>`
      select proname as name, pg_get_userbyid(proowner) as owner, proconfig as config, proacl::text as grants from pg_proc
      where prosecdef and pronamespace = 'public'::regnamespace order by 1`;
    const names = [
      "find_cluster",
      "find_join_token",
      "find_token",
      "lagging_organizations",
      "organizations",
      "renew_leases",
      "take_outbox",
    ];
    expect(found).toEqual(
      names.map((name) => ({
        name: `door_${name}`,
        owner: "fairlead_door",
        config: ["search_path=pg_catalog, public"],
        grants: "{fairlead_door=X/fairlead_door,fairlead_app=X/fairlead_door}",
      })),
    );
  });
});

describe("tenants never meet", () => {
  test("both organizations have rows in every tenant table, or the tests below would prove nothing", async () => {
    const empty: string[] = [];
    for (const name of tables) {
      for (const { organization } of [mine, theirs]) {
        const [row] = await db.owner`
          select 1 as one from ${db.owner(name)} where organization_id = ${uuidFromId(organization)} limit 1`;
        if (row === undefined) empty.push(name);
      }
    }
    // The relay and the tests' rendering leave it filled; nothing else empties it.
    expect(empty).toEqual([]);
  });

  test("without an organization, or with an empty one, every table reads empty", async () => {
    for (const name of tables) {
      const unset = await db.runtime`select count(*)::int as count from ${db.runtime(name)}`;
      const empty = await inside("", (tx) => tx`select count(*)::int as count from ${tx(name)}`);
      expect([name, unset[0]?.count, empty[0]?.count]).toEqual([name, 0, 0]);
    }
  });

  test("reads give one's own rows alone", async () => {
    for (const name of tables) {
      const found = await inside(
        uuidFromId(mine.organization),
        (tx) => tx<{ organization_id: string }[]>`select distinct organization_id from ${tx(name)}`,
      );
      expect([name, found.map((row) => row.organization_id)]).toEqual([name, [uuidFromId(mine.organization)]]);
    }
  });

  test("writes to another organization's rows change nothing, or are refused", async () => {
    const them = uuidFromId(theirs.organization);
    const outcome = (work: (tx: typeof db.runtime) => Promise<{ count: number }>) =>
      inside(uuidFromId(mine.organization), work).then(
        ({ count }) => count,
        (error: unknown) => serverError(error)?.code,
      );
    const refused = "42501";
    for (const name of tables) {
      const updated = await outcome(
        (tx) => tx`update ${tx(name)} set organization_id = organization_id where organization_id = ${them}`,
      );
      const deleted = await outcome((tx) => tx`delete from ${tx(name)} where organization_id = ${them}`);
      const inserted = await outcome((tx) => tx`insert into ${tx(name)} (organization_id) values (${them})`);
      const moved = await outcome((tx) => tx`update ${tx(name)} set organization_id = ${them}`);
      expect([name, [0, refused].includes(updated ?? ""), [0, refused].includes(deleted ?? "")]).toEqual([
        name,
        true,
        true,
      ]);
      expect([name, inserted, moved]).toEqual([name, refused, refused]);
    }
  });

  test("another organization's ids look like ids of nothing, also as references", async () => {
    const { database } = db;
    const route = await database.write(theirs.organization, "system", (tx) => makeRoute(tx, theirs, { name: "other" }));
    await database.withTenant(mine.organization, async (tx) => {
      await expect(getProject(tx, theirs.project)).rejects.toMatchObject({ code: "not_found" });
      const ref = { project: theirs.project, kind: route.kind, id: route.id };
      await expect(getIntent(tx, ref)).rejects.toMatchObject({ code: "not_found" });
    });
    const write = (sample: Sample) =>
      database.write(mine.organization, "system", (tx) => makeRoute(tx, sample, { name: "reaching out" }));
    await expect(write({ ...mine, project: theirs.project })).rejects.toMatchObject({ code: "not_found" });
    await expect(write({ ...mine, clusters: theirs.clusters })).rejects.toMatchObject({ code: "internal" });
  });
});
