import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { newId, PROBLEM_MEDIA_TYPE, type ServerEvent, toProblem } from "@fairlead/contract";
import { MeshError, Secret } from "@fairlead/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createClient } from "./client.ts";

let server: Server;
let asked: IncomingMessage["headers"][];
let answer: (response: ServerResponse, nth: number) => void;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.headers);
    answer(response, asked.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const isAddress = (address: unknown): address is AddressInfo => typeof address === "object" && address !== null;
function client() {
  const address = server.address();
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  const baseUrl = `http://127.0.0.1:${isAddress(address) ? address.port : 0}`;
  return createClient({ baseUrl, token: new Secret("fl_tok_x"), clock });
}
const stream = (response: ServerResponse) => response.writeHead(200, { "content-type": "text/event-stream" });
const ready = (revision: string) => `event: ready\nid: ${revision}\ndata: {"revision":"${revision}"}\n\n`;

async function take(count: number, options: Parameters<ReturnType<typeof client>["events"]>[0] = {}) {
  const events: ServerEvent[] = [];
  for await (const event of client().events(options)) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

test("a stream that breaks is opened anew where it was, and the loop never notices", async () => {
  const cluster = newId("clu");
  answer = (response, nth) => {
    stream(response).write(ready(`1.${nth}`));
    if (nth === 1) response.write("event: later-invention\ndata: {}\n\n", () => response.socket?.destroy());
    else response.write(`: beat\n\nevent: state\ndata: {"cluster":"${cluster}"}\n\n`);
  };
  const live: boolean[] = [];
  const events = await take(3, { lastEventId: "1.0", onConnection: (now) => live.push(now) });
  expect(events).toEqual([
    { event: "ready", revision: "1.1" },
    { event: "ready", revision: "1.2" },
    { event: "state", cluster },
  ]);
  expect(asked.map((headers) => headers["last-event-id"])).toEqual(["1.0", "1.1"]);
  expect(asked[0]?.authorization).toBe("Bearer fl_tok_x");
  expect(live).toEqual([true, false, true]);
});

test("what trying again does not mend is thrown; what may pass is tried again", async () => {
  const problem = (status: number, code: "unauthenticated" | "unavailable") => (response: ServerResponse) => {
    const body = toProblem(new MeshError(code, { public: "No." }), "req_1");
    response.writeHead(status, { "content-type": PROBLEM_MEDIA_TYPE }).end(JSON.stringify(body));
  };
  answer = (response, nth) => (nth < 3 ? problem(503, "unavailable") : problem(401, "unauthenticated"))(response);
  await expect(take(1)).rejects.toMatchObject({ code: "unauthenticated" });
  expect(asked).toHaveLength(3);
});

test("a stream that falls silent counts as lost", async () => {
  answer = (response, nth) => stream(response).write(nth === 1 ? ": beat\n\n" : ready("1.1"));
  expect(await take(1, { silenceMs: 50 })).toEqual([{ event: "ready", revision: "1.1" }]);
});

test("the signal ends the loop without an error, and leaving the loop closes the connection", async () => {
  let closed = 0;
  answer = (response) => {
    response.on("close", () => closed++);
    stream(response).write(ready("1.1"));
  };
  await take(1);
  const stop = new AbortController();
  const seen: ServerEvent[] = [];
  for await (const event of client().events({ signal: stop.signal })) {
    seen.push(event);
    stop.abort();
  }
  expect(seen).toHaveLength(1);
  await expect.poll(() => closed).toBe(2);
});
