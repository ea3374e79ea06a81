import { connect, createServer, type Server, type Socket } from "node:net";
import { eventually } from "@fairlead/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ReportPipe } from "./report-pipe.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** A leader that answers every piece with its name before it. */
async function leader(name: string): Promise<{ host: string; port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", (data) => socket.write(`${name}:${data}`));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stack.defer(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return { host: "127.0.0.1", port: typeof address === "object" && address !== null ? address.port : 0, sockets };
}

function agent(port: number) {
  const socket = connect(port, "127.0.0.1");
  const heard: string[] = [];
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  socket.on("error", () => {});
  socket.on("data", (data) => heard.push(`${data}`));
  stack.defer(() => void socket.destroy());
  return { socket, heard, closed };
}

test("carries bytes both ways, and cuts what goes to one who leads no more", async () => {
  const [first, second] = [await leader("first"), await leader("second")];
  const pipe = stack.use(await ReportPipe.listen({ host: "127.0.0.1", port: 0 }));
  pipe.pointTo(first);
  const before = agent(pipe.port);
  before.socket.write("hello");
  await eventually(() => expect(before.heard).toEqual(["first:hello"]));
  pipe.pointTo(second);
  await before.closed;
  const after = agent(pipe.port);
  after.socket.write("hello");
  await eventually(() => expect(after.heard).toEqual(["second:hello"]));
  await eventually(() => expect(first.sockets.size).toBe(0));
  after.socket.destroy();
  await eventually(() => expect(second.sockets.size).toBe(0));
});

test("refuses while nobody leads, and when the leader cannot be reached", async () => {
  const pipe = stack.use(await ReportPipe.listen({ host: "127.0.0.1", port: 0 }));
  await agent(pipe.port).closed;
  const gone = await leader("gone");
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
  const again = stack.use(await ReportPipe.listen({ host: "127.0.0.1", port: 0 }));
  again.pointTo({ host: gone.host, port: gone.port });
  await agent(again.port).closed;
});

test("lets nothing stay open when it ends", async () => {
  const target = await leader("first");
  const pipe = await ReportPipe.listen({ host: "127.0.0.1", port: 0 });
  pipe.pointTo(target);
  const { closed, socket, heard } = agent(pipe.port);
  socket.write("hello");
  await eventually(() => expect(heard).toHaveLength(1));
  await pipe[Symbol.asyncDispose]();
  await closed;
});
