import { canonicalJson, render } from "@fairlead/intent";
import { expect, test } from "vitest";
import { bodyWithRevision } from "./bundle-source.ts";

test("the revision goes into the annotations, whatever the spec quotes", () => {
  const marker = '"metadata":{"annotations":{';
  const intent = { id: "rt_1", kind: "HTTPRoute", name: "a", namespace: "b", labels: {}, spec: { marker } } as const;
  const annotations = { marker, "a.example/z": marker };
  const { object } = render({ ...intent, annotations, placement: { clusterSelector: {} } }, {});
  const { apiVersion, kind, metadata, spec } = object;
  const body = canonicalJson({ apiVersion, kind, metadata: { ...metadata }, spec });
  const sent = JSON.parse(Buffer.from(bodyWithRevision(body, { epoch: 1, n: 7 })).toString());
  expect(sent).toEqual({
    ...object,
    metadata: { ...metadata, annotations: { ...metadata.annotations, "fairlead.dev/revision": "1.7" } },
  });
});
