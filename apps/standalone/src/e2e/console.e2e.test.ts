import {
  accessibilityProblems,
  type Chromium,
  ensureChromium,
  eventually,
  httpGet,
  type Page,
  startChromium,
} from "@fairlead/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Instance } from "../instance.ts";
import { fairlead } from "./cli.ts";
import {
  editorLines,
  goToLine,
  hasFocus,
  overflow,
  replaceValue,
  SCREENSHOTS,
  signIn,
  tabTo,
  takePicture,
  WIDTHS,
  watchForTrouble,
} from "./console-driver.ts";
import { otherTenant } from "./other-tenant.ts";
import { testInstance } from "./test-instance.ts";

const browser = await ensureChromium();

// A real browser on the real product: what a person sees, does and reads, with two nodes behind it.
describe.skipIf("missing" in browser)("the console", () => {
  let instance: Instance;
  let chromium: Chromium;
  let page: Page;
  let trouble: readonly string[];

  beforeAll(async () => {
    instance = await testInstance({ nodes: 2 });
    if (instance.endpoints.consoleUrl === "")
      throw new Error("the console is not built: npm run build -w apps/console");
    chromium = await startChromium();
  }, 300_000);
  afterAll(async () => {
    await chromium?.[Symbol.asyncDispose]();
    await instance?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    page = await chromium.context.newPage();
    page.setDefaultTimeout(30_000);
    trouble = watchForTrouble(page);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await takePicture(page, `failed-${task.name.replace(/\W+/g, "-").slice(0, 60)}`);
    await page.close();
    expect(trouble).toEqual([]);
  });

  const url = () => instance.endpoints.consoleUrl;
  const enter = () => signIn(page, url(), instance.endpoints.token);
  const openRoutes = async () => {
    await page.getByRole("link", { name: "Routes" }).first().click();
    await page.getByRole("heading", { name: "Routes", level: 1 }).waitFor();
  };
  const openRoute = async (name: string) => {
    await openRoutes();
    await page.getByRole("link", { name, exact: true }).click();
    await page.getByRole("heading", { name, level: 1 }).waitFor();
  };
  const openTab = (name: string) => page.getByRole("link", { name, exact: true }).click();
  /** The line of the convergence vector for a node's Envoy. */
  const envoyOn = (node: string) =>
    page
      .getByRole("listitem")
      .filter({ has: page.getByText(`Envoy on ${node}`, { exact: true }) })
      .last();
  const everyNodeProxied = async () => {
    for (const node of ["local", "local-2"]) await envoyOn(node).getByText("proxied", { exact: true }).waitFor();
  };
  const previewAndSave = async () => {
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByRole("button", { name: "Save" }).and(page.locator(":not([aria-disabled])")).click();
  };
  /** Which versions answer a number of requests at each of the two nodes. */
  const versions = async (requests: number) => {
    const first = new URL(instance.endpoints.gateways["default/my-gateway"] ?? "");
    const second = new URL(first);
    second.hostname = first.hostname.replace(/^(127\.\d+)\.0\./, "$1.1.");
    const seen = new Set<string>();
    for (const { origin } of [first, second]) {
      for (let i = 0; i < requests; i++) {
        const answer = await httpGet(`${origin}/reviews/1`, { host: "reviews.bookinfo.example" });
        seen.add(answer.status === 200 ? JSON.parse(answer.body).version : `${answer.status}`);
      }
    }
    return [...seen].toSorted();
  };

  test("edit a weight, preview, save, watch every node; a bad pattern shows Envoy's reason; revert brings it back", async () => {
    await enter();
    await openRoute("reviews");
    await everyNodeProxied();
    expect(await versions(60)).toEqual(["v1", "v2", "v3"]);

    await openTab("YAML");
    await page.locator(".cm-content").click();
    await replaceValue(page, "weight", "70", "0");
    await replaceValue(page, "weight", "20", "0");
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText("Updates it in 1 cluster.").waitFor();
    const change = page.getByRole("region", { name: "Change in local" });
    expect(await change.innerText()).toMatch(/weight: 70[\s\S]*weight: 0/);
    expect(await versions(5), "a preview changes nothing").not.toEqual(["v3"]);
    await takePicture(page, "journey-1-preview");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Convergence" }).waitFor();
    await everyNodeProxied();
    await takePicture(page, "journey-2-proxied");
    expect(await versions(30)).toEqual(["v3"]);

    await openTab("YAML");
    await page.locator(".cm-content").click();
    await replaceValue(page, "type", "PathPrefix", "RegularExpression");
    await page.keyboard.press("Escape");
    await replaceValue(page, "value", "/reviews", "/a[b");
    // The editor closed the bracket for us.
    await page.keyboard.press("Delete");
    // The preview knows already what Envoy would say; saving it needs a word more.
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByRole("checkbox", { name: /^Save although the preview found 1 error/ }).check();
    await page.getByRole("button", { name: "Save" }).click();
    for (const node of ["local", "local-2"]) await envoyOn(node).getByText("rejected", { exact: true }).waitFor();
    expect(await envoyOn("local").innerText()).toMatch(/missing closing \]|missing \]/);
    await takePicture(page, "journey-3-rejected");
    expect(await versions(10), "the last good form serves on").toEqual(["v3"]);

    // The way from the refusal to the field that is to blame.
    await envoyOn("local")
      .getByRole("link", { name: /spec\.rules\[0\]\.matches\[0\]\.path\.value/ })
      .click();
    await page.locator(".cm-content").waitFor();

    await openTab("Revisions");
    await page
      .getByRole("link", { name: /^Restore/ })
      .last()
      .click();
    await page.getByText(/This is the document of revision/).waitFor();
    expect((await editorLines(page)).map((line) => line.trim())).toContain("weight: 70");
    await previewAndSave();
    await page.getByRole("heading", { name: "Convergence" }).waitFor();
    await everyNodeProxied();
    expect(await versions(60)).toEqual(["v1", "v2", "v3"]);
  }, 180_000);

  test("the link that npm start prints signs in, and the token stays neither in the address nor in the history", async () => {
    await page.goto(`${url()}/#token=${instance.endpoints.token}`);
    await page.getByRole("heading", { name: "Clusters", level: 1 }).waitFor();
    expect(page.url()).not.toContain("token");
    await page.goBack().catch(() => undefined);
    expect(page.url()).not.toContain("fl_tok");
  });

  test("with the keyboard alone: sign in, filter, open, edit, preview, save", async () => {
    await page.goto(url());
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await tabTo(page, page.getByLabel("API token"));
    await page.keyboard.type(instance.endpoints.token);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Clusters", level: 1 }).waitFor();
    // The key goes to the project's routes: it has to be known which project that is.
    await page.getByRole("link", { name: "Routes" }).first().waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("r");
    await page.getByRole("heading", { name: "Routes", level: 1 }).waitFor();
    await page.getByRole("link", { name: "reviews", exact: true }).waitFor();
    await page.keyboard.press("/");
    expect(await hasFocus(page.getByRole("searchbox", { name: "Filter" }))).toBe(true);
    await page.keyboard.type("reviews");
    await page.getByText(/^1 of \d+ routes/).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await eventually(async () => {
      expect(await hasFocus(page.getByRole("link", { name: "reviews", exact: true }))).toBe(true);
    });
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "reviews", level: 1 }).waitFor();
    await tabTo(page, page.getByRole("link", { name: "YAML", exact: true }));
    await page.keyboard.press("Enter");
    await page.locator(".cm-content").waitFor();
    await tabTo(page, page.locator(".cm-content"));
    await goToLine(page, "weight: 10");
    await page.keyboard.type("0");
    // As the help says: Escape, then Tab, leaves the editor, even where Escape had completions to close.
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    expect(await hasFocus(page.locator(".cm-content"))).toBe(false);
    await tabTo(page, page.getByRole("button", { name: "Preview" }));
    await page.keyboard.press("Enter");
    await page.getByText("Updates it in 1 cluster.").waitFor();
    await tabTo(page, page.getByRole("button", { name: "Save" }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Convergence" }).waitFor();
    await everyNodeProxied();
  }, 60_000);

  test("a new route from the template is created as previewed, and deleted again", async () => {
    await enter();
    await openRoutes();
    await page.getByRole("link", { name: "New HTTPRoute" }).click();
    await page.getByText("The document is in order.").waitFor();
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText("Creates it in 1 cluster.").waitFor();
    await page.getByRole("button", { name: "Create" }).and(page.locator(":not([aria-disabled])")).click();
    await page.getByRole("heading", { name: "my-route", level: 1 }).waitFor();
    await everyNodeProxied();
    await page.getByRole("button", { name: "Delete …" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Takes it out of 1 cluster.").waitFor();
    await dialog.getByLabel("To confirm, type my-route").fill("my-route");
    await dialog.getByRole("button", { name: "Delete" }).and(page.locator(":not([aria-disabled])")).click();
    await page.getByRole("heading", { name: "Routes", level: 1 }).waitFor();
    await page.getByRole("link", { name: "reviews", exact: true }).waitFor();
    await page.getByRole("link", { name: "my-route", exact: true }).waitFor({ state: "detached" });
  }, 60_000);

  test("the topology leads to what it shows, whichever project that is of", async () => {
    const theirs = await secondProject(instance);
    const { cluster, project } = await addresses(instance);
    await enter();
    await page.goto(`${url()}/clusters/${cluster}/topology?view=list`);
    for (const [name, of] of [
      ["theirs", theirs.project],
      ["reviews", project],
    ] as const) {
      await page.getByRole("link", { name, exact: true }).first().click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
      expect(page.url()).toContain(of);
      await page.goBack();
    }
    await instance.client.httpRoutes.delete({ params: theirs, ifMatch: theirs.revision });
  }, 60_000);

  test("what is done elsewhere appears by itself", async () => {
    await enter();
    await openRoutes();
    await page.getByText("Live", { exact: true }).waitFor();
    const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: from-elsewhere}
spec:
  parentRefs: [{name: my-gateway}]
  hostnames: [elsewhere.example]
  rules: [{backendRefs: [{name: details, port: 9080}]}]
`;
    expect(await fairlead(instance, ["apply", "-f", "-"], route)).toMatchObject({ code: 0 });
    const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: "from-elsewhere", exact: true }) });
    await row.getByText("converged").waitFor();
    expect(await fairlead(instance, ["delete", "httproute", "from-elsewhere"])).toMatchObject({ code: 0 });
    await row.waitFor({ state: "detached" });
  }, 120_000);

  test("signing out forgets the token; another tenant's token sees nothing of what is here", async () => {
    await enter();
    await openRoute("reviews");
    const address = page.url();
    expect(await page.evaluate<string>("JSON.stringify({ ...sessionStorage })")).toContain(instance.endpoints.token);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const kept = await page.evaluate<string>(
      "JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie])",
    );
    expect(kept).not.toContain("fl_tok");

    const theirs = await otherTenant(instance);
    await signIn(page, url(), theirs);
    await page.goto(`${url()}/clusters`);
    await page
      .getByText(/no clusters?/i)
      .first()
      .waitFor();
    await openRoutes();
    await page.getByText("There are no routes in this project yet.").waitFor();
    await page.goto(address);
    await page.getByText("There is no such HTTPRoute.").waitFor();
    expect(await page.locator("body").innerText()).not.toContain("bookinfo");
  });

  test("a revoked token is shown the door at once", async () => {
    const { token, id } = await instance.client.tokens.create({ body: { name: "short-lived" } });
    await signIn(page, url(), token);
    await page.getByText("Live", { exact: true }).waitFor();
    await instance.client.tokens.delete({ params: { token: id } });
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page
      .getByText(/revoked/)
      .first()
      .waitFor();
  });

  // Guarantee: what a list costs does not grow with its length. The times are the benchmark's business.
  test("of a long list only what is in sight is in the page", async () => {
    const { project } = await ownProject(instance);
    const spec = { parentRefs: [{ name: "nobody" }], hostnames: ["many.example"] };
    const names = Array.from({ length: 300 }, (_, i) => `many-${i}`);
    for (let from = 0; from < names.length; from += 20) {
      await Promise.all(
        names.slice(from, from + 20).map((name) =>
          instance.client.httpRoutes.create({
            params: { project },
            body: { name, namespace: "many", spec, placement: NOWHERE },
          }),
        ),
      );
    }
    await enter();
    await page.goto(`${url()}/projects/${project}/routes`);
    await page.getByText(/^300 routes/).waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(80);
    await page.mouse.wheel(0, 5000);
    await eventually(async () => {
      expect(await page.getByRole("row").count()).toBeLessThan(80);
      expect(await page.getByRole("link", { name: "many-0", exact: true }).count()).toBe(0);
    });
  }, 60_000);

  describe("every page", () => {
    test("looks right and is for everyone: 1280 and 400 pixels wide, light and dark", async () => {
      const { cluster, project, route } = await addresses(instance);
      const intent = `/projects/${project}/intents/http-routes/${route}`;
      const pages: readonly (readonly [name: string, path: string, ready: () => Promise<unknown>])[] = [
        ["clusters", "/clusters", () => page.getByRole("link", { name: "local", exact: true }).first().waitFor()],
        ["cluster", `/clusters/${cluster}`, () => page.getByText("Last heard").waitFor()],
        [
          "topology-diagram",
          `/clusters/${cluster}/topology?view=diagram`,
          () => page.getByText("web-gw").first().waitFor(),
        ],
        ["topology-list", `/clusters/${cluster}/topology?view=list`, () => page.getByRole("table").waitFor()],
        ["gateways", `/projects/${project}/gateways`, () => page.getByRole("link", { name: "my-gateway" }).waitFor()],
        ["routes", `/projects/${project}/routes`, () => page.getByRole("link", { name: "reviews" }).waitFor()],
        [
          "ingresses",
          `/projects/${project}/ingresses`,
          () => page.getByRole("link", { name: "basic-ingress" }).waitFor(),
        ],
        ["new-route", `/projects/${project}/new/http-routes`, () => page.locator(".cm-content").waitFor()],
        ["route", intent, everyNodeProxied],
        ["route-yaml", `${intent}/yaml`, () => page.locator(".cm-content").waitFor()],
        ["route-revisions", `${intent}/revisions`, () => page.getByText("current").waitFor()],
        ["not-found", "/nowhere", () => page.getByRole("heading", { level: 1 }).waitFor()],
      ];
      const problems: string[] = [];
      const look = async (name: string) => {
        for (const theme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 900 });
            await page.waitForTimeout(150);
            await takePicture(page, `${name}-${width}-${theme}`);
            const wider = await overflow(page);
            if (wider > 0) problems.push(`${name} at ${width} (${theme}) is ${wider} pixels too wide`);
            for (const problem of await accessibilityProblems(page)) {
              problems.push(`${name} at ${width} (${theme}): ${problem}`);
            }
          }
        }
      };
      await page.goto(url());
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await look("sign-in");
      await page.setViewportSize({ width: WIDTHS[0], height: 900 });
      await enter();
      for (const [name, path, ready] of pages) {
        await page.setViewportSize({ width: WIDTHS[0], height: 900 });
        await page.goto(url() + path);
        await ready();
        await look(name);
      }
      console.log(`pictures of every page: ${SCREENSHOTS}`);
      expect(problems).toEqual([]);
    }, 240_000);
  });
});

/** A placement that no cluster has the labels of. */
const NOWHERE = { clusterSelector: { matchLabels: { no: "cluster" } } };

async function ownProject({ client }: Instance) {
  const made = await client.projects.create({
    body: { name: "many", grants: [{ clusterSelector: {}, namespaces: ["many"] }] },
  });
  return { project: made.id };
}

/** Another project, with a route in the cluster. */
async function secondProject({ client }: Instance) {
  const { id: project } = await client.projects.create({
    body: { name: "second", grants: [{ clusterSelector: {}, namespaces: ["second"] }] },
  });
  const spec = { parentRefs: [{ name: "nobody" }], hostnames: ["theirs.example"] };
  const body = { name: "theirs", namespace: "second", spec };
  const made = await client.httpRoutes.create({ params: { project }, body });
  if ("dryRun" in made) throw new Error("a route was planned, not made");
  return { project, id: made.id, revision: made.revision };
}

async function addresses({ client }: Instance) {
  const [cluster] = (await client.clusters.list()).items;
  const [project] = (await client.projects.list({ query: { name: "default" } })).items;
  if (cluster === undefined || project === undefined) throw new Error("standalone has a cluster and a project");
  const { items } = await client.httpRoutes.list({ params: { project: project.id } });
  const route = items.find(({ name }) => name === "reviews");
  if (route === undefined) throw new Error("the example has a route named reviews");
  return { cluster: cluster.id, project: project.id, route: route.id };
}
