import { cp, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { tempDir, testDatabase } from "@fairlead/testkit";
import postgres from "postgres";
import { describe, expect, test } from "vitest";
import { deleteCluster, getCluster } from "./clusters.ts";
import { openDatabase } from "./database.ts";
import { migrate, runtimeUrl } from "./migrate.ts";
import { fillOrganization } from "./testing/fill-organization.ts";

const FOLDER = fileURLToPath(new URL("../../../migrations", import.meta.url));

describe("migrate", () => {
  test("applies every file once, whoever comes first, and refuses history that changed", async () => {
    await using server = await testDatabase();
    await using dir = await tempDir("migrations");
    await cp(FOLDER, dir.path, { recursive: true });
    const run = () => migrate({ ownerUrl: server.ownerUrl, folder: dir.path });

    const results = await Promise.all([run(), run(), run()]);
    const applied = results.filter((names) => names.length > 0);
    expect(applied).toHaveLength(1);
    expect(applied[0]?.[0]).toBe("0001_create_roles.sql");
    expect(await run()).toEqual([]);

    await writeFile(`${dir.path}/0099_add_thing.sql`, "create table thing (id integer);");
    expect(await run()).toEqual(["0099_add_thing.sql"]);
    await writeFile(`${dir.path}/0099_add_thing.sql`, "create table thing (id bigint);");
    await expect(run()).rejects.toMatchObject({
      public:
        "The database cannot be migrated: 0099_add_thing.sql changed after it was applied; add a new file instead.",
    });
    await expect(migrate({ ownerUrl: server.ownerUrl })).rejects.toMatchObject({
      public: "The database cannot be migrated: it has 0099_add_thing.sql, which this version does not know.",
    });
  });

  test("needs no superuser: the database's owner who may make roles is enough, and everything works the same", async () => {
    await using server = await testDatabase();
    const superuser = postgres(server.ownerUrl, { max: 1, onnotice: () => {} });
    await superuser`create role plain login createrole password 'x'`;
    await superuser`create database ours owner plain`;
    await superuser.end();
    const url = new URL(runtimeUrl(server.ownerUrl, { name: "plain", password: "x" }));
    url.pathname = "/ours";
    const runtime = { name: "app", password: "y" };
    await migrate({ ownerUrl: url.href, runtime });
    await using database = await openDatabase({ url: runtimeUrl(url.href, runtime) });
    const { organization, clusters } = await fillOrganization(database, "acme");
    expect(await database.system.findCluster(clusters[0])).toMatchObject({ organization });
    expect(await database.system.relayOutbox(10, async () => {})).toBe(4);
    const { revision } = await database.withTenant(organization, (tx) => getCluster(tx, clusters[0]));
    await database.write(organization, "a", (tx) => deleteCluster(tx, clusters[0], { expected: revision }));
  });

  test("leaves nothing behind when a file fails", async () => {
    await using server = await testDatabase();
    await using dir = await tempDir("migrations");
    await writeFile(`${dir.path}/0001_good.sql`, "create table good (id integer);");
    await writeFile(`${dir.path}/0002_bad.sql`, "create table bad (id nonsense);");
    const run = migrate({ ownerUrl: server.ownerUrl, folder: dir.path });
    await expect(run).rejects.toThrow(/type "nonsense" does not exist/);
    const owner = postgres(server.ownerUrl, { max: 1 });
    expect(await owner`select relname from pg_class where relname in ('good', 'bad')`).toHaveLength(0);
    await owner.end();
  });

  test("says in every file why it is there and what it locks", async () => {
    const { readdir, readFile } = await import("node:fs/promises");
    for (const name of await readdir(FOLDER)) {
      expect(name).toMatch(/^\d{4}_[a-z]+_[a-z_]+\.sql$/);
      const [why = "", locks = ""] = (await readFile(`${FOLDER}/${name}`, "utf8")).split("\n");
      expect([name, why.startsWith("-- "), locks.startsWith("-- Locks: ")]).toEqual([name, true, true]);
    }
  });
});

describe("openDatabase", () => {
  test("refuses a login that could pass row-level security, or is not the runtime's", async () => {
    await using server = await testDatabase({ migrate: (ownerUrl) => migrate({ ownerUrl }) });
    await expect(openDatabase({ url: server.ownerUrl })).rejects.toMatchObject({
      code: "invalid_field",
      public:
        "The database login fairlead_owner could pass row-level security. Use one that is a plain member of fairlead_app.",
    });
    const owner = postgres(server.ownerUrl, { max: 1 });
    await owner`create role stranger login password 'x'`;
    await owner.end();
    const url = runtimeUrl(server.ownerUrl, { name: "stranger", password: "x" });
    await expect(openDatabase({ url })).rejects.toMatchObject({
      fields: [{ field: "DATABASE_URL", message: "the login stranger is not a member of fairlead_app" }],
    });
  });

  test("says that the database is away, and finds it again", async () => {
    const runtime = { name: "app", password: 'it\'s "quoted"' };
    await using server = await testDatabase({ migrate: (ownerUrl) => migrate({ ownerUrl, runtime }) });
    await using database = await openDatabase({ url: runtimeUrl(server.ownerUrl, runtime) });
    const owner = postgres(server.ownerUrl, { max: 1 });
    let relistened = 0;
    await using _subscription = await database.listen(
      "bundles",
      () => {},
      () => relistened++,
    );
    await owner`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'`;
    await owner.end();
    await expect(
      (async () => {
        for (let tries = 0; tries < 50; tries++) {
          if (relistened >= 2) return await database.system.laggingOrganizations(1).catch(() => undefined);
          await new Promise((next) => setTimeout(next, 100));
        }
        throw new Error("not heard again");
      })(),
    ).resolves.toEqual([]);
  });
});
