import { newId } from "@fairlead/contract";
import type { MeshError } from "@fairlead/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listClaims, placeOnCluster } from "./claims.ts";
import { createIntent, deleteIntent, getIntent, listIntents, updateIntent } from "./intents.ts";
import { createProject, deleteProject, getProject, updateProject } from "./projects.ts";
import { getRevision, listRevisions } from "./revisions.ts";
import { type OpenTestDatabase, openTestDatabase } from "./testing/open-test-database.ts";
import { makeRoute, routeInput, type Sample, sampleOrganization } from "./testing/sample.ts";

let db: OpenTestDatabase;
let sample: Sample;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const fresh = async () => {
  sample = await sampleOrganization(db.database);
  return sample;
};
const write: typeof db.database.write = (...args) => db.database.write(...args);
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "succeeded",
    (error: MeshError) => error.code,
  );

describe("an intent", () => {
  test("is made, read, changed and removed, each with the next revision and an entry in the log", async () => {
    const { organization, project } = await fresh();
    const made = await write(organization, "tok_a", (tx) => makeRoute(tx, sample));
    expect(made.revision).toEqual({ epoch: 1, n: 4 });
    const ref = { project, kind: made.kind, id: made.id };
    expect(await db.database.withTenant(organization, (tx) => getIntent(tx, ref))).toEqual(made);

    const {
      kind: _,
      project: __,
      namespace: ___,
      name: ____,
      ...rest
    } = routeInput(sample, {
      spec: { rules: [] },
      annotations: { "example.com/note": "b" },
    });
    const changed = await write(organization, "tok_b", (tx) =>
      updateIntent(tx, ref, { ...rest, expected: made.revision }),
    );
    expect(changed).toMatchObject({ id: made.id, spec: { rules: [] }, revision: { epoch: 1, n: 5 } });
    expect(changed.annotations).toEqual({ "example.com/note": "b" });
    expect(changed.createdAt).toEqual(made.createdAt);

    const gone = await write(organization, "tok_c", (tx) => deleteIntent(tx, ref, { expected: changed.revision }));
    expect(gone).toEqual({ epoch: 1, n: 6 });

    await db.database.withTenant(organization, async (tx) => {
      const { items } = await listRevisions(tx, { limit: 10, id: made.id });
      expect(items.map(({ revision, action, actor }) => [revision.n, action, actor])).toEqual([
        [6, "delete", "tok_c"],
        [5, "update", "tok_b"],
        [4, "create", "tok_a"],
      ]);
      const detail = await getRevision(tx, { epoch: 1, n: 5 });
      const note = (text: string) => ({ "example.com/note": text });
      expect(detail.before).toMatchObject({ name: "reviews", annotations: note("a"), spec: made.spec });
      expect(detail.after).toMatchObject({ name: "reviews", annotations: note("b"), spec: { rules: [] } });
      expect(await getRevision(tx, { epoch: 1, n: 6 })).toMatchObject({
        after: undefined,
        before: { spec: { rules: [] } },
      });
    });
  });

  test("is changed only from the revision it has, and leaves no trace when refused", async () => {
    const { organization, project } = await fresh();
    const made = await write(organization, "a", (tx) => makeRoute(tx, sample));
    const ref = { project, kind: made.kind, id: made.id };
    const stale = { ...routeInput(sample), expected: { epoch: 1, n: 3 } };
    await expect(write(organization, "a", (tx) => updateIntent(tx, ref, stale))).rejects.toMatchObject({
      code: "revision_mismatch",
      public: `The intent ${made.id} is at revision 1.4, not 1.3: somebody changed it. Read it again and repeat your change.`,
    });
    expect(await code(write(organization, "a", (tx) => deleteIntent(tx, ref, stale)))).toBe("revision_mismatch");
    const { items } = await db.database.withTenant(organization, (tx) => listRevisions(tx, { limit: 10 }));
    expect(items[0]?.revision.n).toBe(4);
  });

  test("of another project or kind looks like one that is not there", async () => {
    const { organization } = await fresh();
    const made = await write(organization, "a", (tx) => makeRoute(tx, sample));
    const other = await write(organization, "a", (tx) => createProject(tx, { name: "other", grants: [] }));
    const read = (ref: Parameters<typeof getIntent>[1]) =>
      code(db.database.withTenant(organization, (tx) => getIntent(tx, ref)));
    expect(await read({ project: other.id, kind: "HTTPRoute", id: made.id })).toBe("not_found");
    expect(await read({ project: sample.project, kind: "Gateway", id: made.id })).toBe("not_found");
    expect(await read({ project: sample.project, kind: "HTTPRoute", id: newId("rt") })).toBe("not_found");
    expect(await code(write(organization, "a", (tx) => makeRoute(tx, { ...sample, project: newId("prj") })))).toBe(
      "not_found",
    );
  });

  test("has a unique name in kind and namespace", async () => {
    const { organization } = await fresh();
    await write(organization, "a", (tx) => makeRoute(tx, sample));
    expect(await code(write(organization, "a", (tx) => makeRoute(tx, sample)))).toBe("already_exists");
    expect(await code(write(organization, "a", (tx) => makeRoute(tx, sample, { namespace: "other" })))).toBe(
      "succeeded",
    );
  });

  test("is listed page by page in the order of making", async () => {
    const { organization, project } = await fresh();
    const ids: string[] = [];
    for (const name of ["a", "b", "c"]) {
      ids.push((await write(organization, "a", (tx) => makeRoute(tx, sample, { name, clusters: [] }))).id);
    }
    const query = { project, kind: "HTTPRoute", limit: 2 } as const;
    await db.database.withTenant(organization, async (tx) => {
      const first = await listIntents(tx, query);
      const second = await listIntents(tx, { ...query, after: first.next });
      expect([...first.items, ...second.items].map((intent) => intent.id).sort()).toEqual([...ids].sort());
      expect(second.next).toBeUndefined();
      expect((await listIntents(tx, { ...query, name: "b" })).items.map((intent) => intent.name)).toEqual(["b"]);
    });
  });
});

describe("a claim", () => {
  test("refuses a second intent that would be the same object, and names the first", async () => {
    const { organization, clusters } = await fresh();
    const owner = await write(organization, "a", (tx) => makeRoute(tx, sample, { clusters: [clusters[0]] }));
    const other = await write(organization, "a", (tx) => createProject(tx, { name: "other", grants: [] }));
    await expect(
      write(organization, "a", (tx) => createIntent(tx, routeInput({ ...sample, project: other.id }))),
    ).rejects.toMatchObject({
      code: "claim_conflict",
      fields: [
        {
          field: "placement",
          value: JSON.stringify(clusters[0]),
          message: `in this cluster the object belongs to ${owner.id}`,
        },
      ],
    });
    const elsewhere = routeInput({ ...sample, project: other.id }, { clusters: [clusters[1]] });
    expect(await code(write(organization, "a", (tx) => createIntent(tx, elsewhere)))).toBe("succeeded");
  });

  test("is held when a relabelled cluster brings it to a taken object, and comes free with it", async () => {
    const { organization, clusters, project } = await fresh();
    const [cluster] = clusters;
    const owner = await write(organization, "a", (tx) => makeRoute(tx, sample, { clusters: [cluster] }));
    const other = await write(organization, "a", (tx) => createProject(tx, { name: "other", grants: [] }));
    const input = routeInput({ ...sample, project: other.id }, { clusters: [] });
    const late = await write(organization, "a", (tx) => createIntent(tx, input));

    const placed = await write(organization, "a", (tx) => placeOnCluster(tx, cluster, [late.id, owner.id]));
    expect(placed).toEqual(
      expect.arrayContaining([
        { cluster, intent: owner.id, heldBy: undefined },
        { cluster, intent: late.id, heldBy: owner.id },
      ]),
    );

    const ref = { project, kind: owner.kind, id: owner.id };
    await write(organization, "a", (tx) => deleteIntent(tx, ref, { expected: owner.revision }));
    const claims = await db.database.withTenant(organization, (tx) => listClaims(tx, { clusters: [cluster] }));
    expect(claims).toEqual([{ cluster, intent: late.id, heldBy: undefined }]);
  });
});

describe("a project", () => {
  test("keeps its grants in order and cannot go while it has intents", async () => {
    const { organization, project } = await fresh();
    await write(organization, "a", (tx) => makeRoute(tx, sample));
    const before = await db.database.withTenant(organization, (tx) => getProject(tx, project));
    expect(before.grants).toEqual([{ clusterSelector: {}, namespaces: ["*"] }]);
    const grants = [
      { clusterSelector: { matchLabels: { region: "eu" } }, namespaces: ["b", "a"] },
      { clusterSelector: {}, namespaces: ["c"] },
    ];
    const after = await write(organization, "a", (tx) =>
      updateProject(tx, project, { name: "renamed", grants, expected: before.revision }),
    );
    expect(await db.database.withTenant(organization, (tx) => getProject(tx, project))).toEqual(after);
    expect(after.grants).toEqual(grants);
    expect(await code(write(organization, "a", (tx) => deleteProject(tx, project, { expected: after.revision })))).toBe(
      "reference_in_use",
    );
    expect(await code(write(organization, "a", (tx) => createProject(tx, { name: "renamed", grants })))).toBe(
      "already_exists",
    );
  });
});
