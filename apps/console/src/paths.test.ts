import { expect, test } from "vitest";
import { paths } from "./paths.ts";

const route = { project: "prj_1", segment: "http-routes", id: "rt_2" };

test("every URL of the console, so that a changed one is seen in review", () => {
  expect({
    home: paths.home(),
    clusters: paths.clusters(),
    cluster: paths.cluster("clu_1"),
    topology: paths.topology("clu_1"),
    gateways: paths.list("prj_1", "gateways"),
    routes: paths.list("prj_1", "routes", { q: "web shop", labels: "app in (a,b)", sort: "-age" }),
    ingresses: paths.list("prj_1", "ingresses", { q: "" }),
    newIntent: paths.newIntent("prj_1", "http-routes"),
    intent: paths.intent(route),
    intentYaml: paths.intentYaml(route),
    intentYamlAtField: paths.intentYaml(route, { field: "spec.rules[0].matches[0].path.value" }),
    intentRestored: paths.intentYaml(route, { restore: "1.42" }),
    intentRevisions: paths.intentRevisions(route, { from: "1.40", to: "1.42" }),
  }).toMatchInlineSnapshot(`
    {
      "cluster": "/clusters/clu_1",
      "clusters": "/clusters",
      "gateways": "/projects/prj_1/gateways",
      "home": "/",
      "ingresses": "/projects/prj_1/ingresses",
      "intent": "/projects/prj_1/intents/http-routes/rt_2",
      "intentRestored": "/projects/prj_1/intents/http-routes/rt_2/yaml?restore=1.42",
      "intentRevisions": "/projects/prj_1/intents/http-routes/rt_2/revisions?from=1.40&to=1.42",
      "intentYaml": "/projects/prj_1/intents/http-routes/rt_2/yaml",
      "intentYamlAtField": "/projects/prj_1/intents/http-routes/rt_2/yaml?field=spec.rules%5B0%5D.matches%5B0%5D.path.value",
      "newIntent": "/projects/prj_1/new/http-routes",
      "routes": "/projects/prj_1/routes?q=web+shop&labels=app+in+%28a%2Cb%29&sort=-age",
      "topology": "/clusters/clu_1/topology",
    }
  `);
});

test("a part of a path cannot leave its place", () => {
  expect(paths.cluster("../x?y#z")).toBe("/clusters/..%2Fx%3Fy%23z");
});

// Guarantee: a report of another project's intent leads to that intent, and one of nobody's leads nowhere.
test.each([
  [{ kind: "HTTPRoute", intent: "rt_1", project: "prj_2" }, "/projects/prj_2/intents/http-routes/rt_1"],
  [{ kind: "HTTPRoute", intent: "rt_1", project: null }, undefined],
  [{ kind: "HTTPRoute", intent: null, project: null }, undefined],
  [{ kind: "Service", intent: "rt_1", project: "prj_2" }, undefined],
])("the page of what a report names: %j", (reported, expected) => expect(paths.reported(reported)).toBe(expected));
