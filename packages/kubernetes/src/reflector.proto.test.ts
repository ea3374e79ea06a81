import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { Service } from "@fairlead/kubernetes-types";
import { eventually } from "@fairlead/testkit";
import { describe, expect, test } from "vitest";
import { KubernetesClient } from "./client.ts";
import { Reflector, type ReflectorOptions } from "./reflector.ts";
import { resources } from "./resource-type.ts";

type Handler = (url: URL, response: ServerResponse) => void;

/** What a real API server does only after minutes or under load, said by a server that can be told when. */
async function scripted(handler: Handler, options: Pick<ReflectorOptions<Service>, "silenceMs"> = {}) {
  const seen: URL[] = [];
  const onRequest: RequestListener = (request, response) => {
    const url = new URL(request.url ?? "/", "http://server");
    seen.push(url);
    response.setHeader("content-type", "application/json");
    handler(url, response);
  };
  const server = createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const client = new KubernetesClient({ connection: { server: `http://127.0.0.1:${port}`, namespace: "default" } });
  const backoff = { baseMs: 1, maxMs: 5 };
  const reflector = new Reflector({ client, resource: resources.services, backoff, pageSize: 2, ...options }).start();
  const names = () => [...reflector.store.list()].map(({ metadata }) => metadata.name).sort();
  const lists = () => seen.filter((url) => !url.searchParams.has("watch"));
  const watches = () => seen.filter((url) => url.searchParams.has("watch"));
  return {
    names,
    lists,
    watches,
    store: reflector.store,
    async [Symbol.asyncDispose]() {
      const stopped = reflector[Symbol.asyncDispose]();
      server.closeAllConnections();
      await stopped;
      await client[Symbol.asyncDispose]();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const service = (name: string, resourceVersion: string) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { namespace: "default", name, resourceVersion },
});
const list = (names: readonly string[], resourceVersion: string, token = "") =>
  JSON.stringify({
    metadata: { resourceVersion, continue: token },
    items: names.map((name) => service(name, resourceVersion)),
  });
const event = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
const bookmark = (resourceVersion: string) => event("BOOKMARK", { kind: "Service", metadata: { resourceVersion } });
const expired = { apiVersion: "v1", kind: "Status", status: "Failure", reason: "Expired", code: 410, message: "gone" };

describe("a reflector", () => {
  test("whose place in a list has expired starts again with a whole list, and loses nothing", async () => {
    let expiries = 0;
    await using given = await scripted((url, response) => {
      const query = url.searchParams;
      if (query.has("watch")) return void response.flushHeaders();
      if (query.has("continue")) {
        expiries += 1;
        response.statusCode = 410;
        return void response.end(JSON.stringify(expired));
      }
      response.end(query.has("limit") ? list(["a", "b"], "10", "next") : list(["a", "b", "c"], "12"));
    });
    await given.store.synced;
    expect(given.names()).toEqual(["a", "b", "c"]);
    expect(expiries).toBe(1);
    await eventually(() => expect(given.watches()[0]?.searchParams.get("resourceVersion")).toBe("12"));
  });

  test("goes on from the last bookmark after a break, without another list", async () => {
    let watches = 0;
    await using given = await scripted((url, response) => {
      if (!url.searchParams.has("watch")) return void response.end(list(["a"], "10"));
      watches += 1;
      response.flushHeaders();
      if (watches > 1) return;
      response.write(bookmark("20"));
      setTimeout(() => response.destroy(), 20);
    });
    await eventually(() => expect(given.watches()).toHaveLength(2));
    expect(given.watches().map((url) => url.searchParams.get("resourceVersion"))).toEqual(["10", "20"]);
    expect(given.watches()[0]?.searchParams.get("allowWatchBookmarks")).toBe("true");
    expect(given.lists()).toHaveLength(1);
  });

  test.each([
    ["as the answer", false],
    ["as an event", true],
  ])("lists again when its place is too old, told %s, and forgets what went meanwhile", async (_, asEvent) => {
    let lists = 0;
    await using given = await scripted((url, response) => {
      if (!url.searchParams.has("watch")) {
        lists += 1;
        return void response.end(lists === 1 ? list(["a", "gone"], "10") : list(["a", "new"], "99"));
      }
      if (url.searchParams.get("resourceVersion") === "99") return void response.flushHeaders();
      if (asEvent) return void response.end(event("ERROR", expired));
      response.statusCode = 410;
      response.end(JSON.stringify(expired));
    });
    await eventually(() => expect(given.names()).toEqual(["a", "new"]));
    expect(lists).toBe(2);
  });

  test("takes a watch that is silent, bookmarks included, for dead and opens another", async () => {
    await using given = await scripted(
      (url, response) => {
        if (!url.searchParams.has("watch")) return void response.end(list(["a"], "10"));
        response.flushHeaders();
      },
      { silenceMs: 50 },
    );
    await eventually(() => expect(given.watches().length).toBeGreaterThan(2));
    expect(given.lists()).toHaveLength(1);
    expect(given.names()).toEqual(["a"]);
  });

  test("keeps what it has while lists fail", async () => {
    let lists = 0;
    await using given = await scripted((url, response) => {
      if (url.searchParams.has("watch")) return void response.end(event("ERROR", expired));
      lists += 1;
      if (lists === 1) return void response.end(list(["a"], "10"));
      response.statusCode = 500;
      response.end("{}");
    });
    await eventually(() => expect(lists).toBeGreaterThan(3));
    expect(given.names()).toEqual(["a"]);
  });
});
