import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { digest } from "./digest.ts";
import { render, withRevision } from "./render.ts";

const folder = join(import.meta.dirname, "..", "testdata");
const cases = readdirSync(folder).flatMap((file) => (file.endsWith(".in.yaml") ? [file.slice(0, -8)] : []));

describe("render", () => {
  test.each(cases)("%s", async (name) => {
    const { intent, cluster } = parse(readFileSync(join(folder, `${name}.in.yaml`), "utf8"));
    const text = stringify(render(intent, cluster), { lineWidth: 120 });
    await expect(text).toMatchFileSnapshot(join(folder, `${name}.out.yaml`));
  });

  const intent = {
    id: "rt_1",
    kind: "HTTPRoute",
    name: "a",
    namespace: "b",
    labels: {},
    annotations: {},
    placement: { clusterSelector: {} },
    spec: { hostnames: ["a.example"], rules: [] },
  } as const;

  // Guarantee: a write that does not change the object never makes a cluster apply it again.
  test("the digest depends on content, not on the order of fields or on the revision", () => {
    const other = { ...intent, spec: { rules: [], hostnames: ["a.example"] } };
    expect(render(other, {}).digest).toBe(render(intent, {}).digest);
    const { object, digest: before } = render(intent, {});
    expect(withRevision(object, "1.7").metadata.annotations).toEqual({
      "fairlead.dev/intent": "rt_1",
      "fairlead.dev/revision": "1.7",
    });
    expect(digest(object)).toBe(before);
    expect(render({ ...intent, spec: { rules: [] } }, {}).digest).not.toBe(before);
  });
});
