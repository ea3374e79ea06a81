import { request } from "node:http";
import { newId } from "@fairlead/contract";
import { afterEach, expect, test } from "vitest";
import { type Listening, listen } from "../../process/http-server.ts";
import { eventBytes } from "./event-bytes.ts";
import { EventStream } from "./event-stream.ts";

let server: Listening | undefined;
afterEach(() => server?.close(0));

const event = eventBytes({ event: "state", cluster: newId("clu") });

function streamOf(bufferBytes: number) {
  const ended: string[] = [];
  const options = { token: newId("tok"), authorized: () => Promise.resolve(true), bufferBytes };
  return { stream: new EventStream({ ...options, onEnd: (reason) => ended.push(reason) }), ended };
}

async function bytesOf({ body }: EventStream): Promise<number> {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.byteLength;
  return bytes;
}

// Guarantee: a reader that does not read costs a bounded amount of memory, and never anybody else's time.
test("a reader that stops reading is given up once its buffer is full, and may come again", async () => {
  const { stream, ended } = streamOf(64 * 1024);
  server = await listen(() => new Response(stream.body), "127.0.0.1", 0);
  const over = new Promise<boolean>((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: server?.port, path: "/" }, (response) => {
      response.pause();
      response.on("error", reject);
      response.on("end", () => resolve(true));
      // Reads on only when it has been given up.
      const resume = setInterval(() => {
        if (ended.length === 0) return;
        clearInterval(resume);
        response.resume();
      }, 5);
    });
    asked.end();
  });
  // The kernel's buffers take some megabytes before anything waits here.
  for (let round = 0; ended.length === 0 && round < 1024; round++) {
    for (let i = 0; i < 500 && stream.live; i++) stream.send(event);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(ended).toEqual(["slow"]);
  expect(await over).toBe(true);
});

test("what fits the buffer waits for a reader that pauses", async () => {
  const { stream, ended } = streamOf(event.byteLength * 10);
  for (let i = 0; i < 10; i++) stream.send(event);
  stream.end("closing");
  expect(await bytesOf(stream)).toBe(event.byteLength * 10);
  expect(ended).toEqual(["closing"]);
});

test("one event above the buffer ends it and frees what waited", async () => {
  const { stream, ended } = streamOf(event.byteLength * 10);
  for (let i = 0; i < 11; i++) stream.send(event);
  expect(ended).toEqual(["slow"]);
  expect(await bytesOf(stream)).toBe(0);
});
