import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, tempDir } from "@fairlead/testkit";
import { expect, test } from "vitest";
import { TestConnector } from "../testing/test-connector.ts";
import { ReportClient } from "./report-client.ts";

const report = { node: "n", instance: "i", seq: 0, full: true, objects: [], removed: [] };

test("sends with the token as it is in the file at that moment, and over a new connection when one breaks", async () => {
  await using directory = await tempDir("token");
  const tokenFile = join(directory.path, "token");
  await writeFile(tokenFile, "old\n");
  const connector = await TestConnector.listen("new");
  using client = new ReportClient({ url: `http://127.0.0.1:${connector.port}`, tokenFile });
  await expect(client.send(report)).rejects.toThrow(/does not accept this agent's token \(401\)/);
  await writeFile(tokenFile, "new\n");
  expect(await client.send(report)).toEqual({ resync: false });
  const { port } = connector;
  await connector[Symbol.asyncDispose]();
  await expect(client.send(report)).rejects.toMatchObject({ code: "unavailable" });
  await using _second = await TestConnector.listen("new", port);
  expect(await client.send({ ...report, full: false })).toEqual({ resync: true });
});

test("says who cannot be reached", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  using client = new ReportClient({ url, tokenFile: undefined });
  await expect(client.send(report)).rejects.toThrow(`The connector at ${url} cannot be reached.`);
});
