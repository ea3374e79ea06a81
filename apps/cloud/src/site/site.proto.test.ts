import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { type TempDir, tempDir } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Listening, listen } from "../process/http-server.ts";
import { readSite } from "../process/read-site.ts";
import { createSite } from "./site.ts";

const PAGE = `<!doctype html><title>Fairlead</title>${"<!-- words that repeat -->".repeat(100)}`;
const SCRIPT = "export const answer = 42;\n".repeat(1000);

let folder: TempDir;
let server: Listening;

beforeAll(async () => {
  folder = await tempDir("site");
  const directory = join(folder.path, "dist");
  mkdirSync(join(directory, "assets"), { recursive: true });
  writeFileSync(join(directory, "index.html"), PAGE);
  writeFileSync(join(directory, "assets", "main-x1.js"), SCRIPT);
  writeFileSync(join(directory, "assets", "dot-x2.png"), "png");
  writeFileSync(join(folder.path, "secret"), "secret");
  symlinkSync(join(folder.path, "secret"), join(directory, "link.txt"));
  const site = createSite(readSite(directory));
  server = await listen(async (one) => (await site(one)) ?? new Response("api", { status: 418 }), "127.0.0.1", 0);
});
afterAll(async () => {
  await server?.close(0);
  await folder?.[Symbol.asyncDispose]();
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends a path exactly as it is written, which no URL-minded client would. */
function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: server.port, path, method, headers }, (response) => {
      let body = "";
      response.setEncoding("latin1");
      response.on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

describe("the console's files", () => {
  test.each(["/", "/index.html", "/routes/rt_1", "/clusters?x=1", "/a.b.c", "/v10", "/v1x/y"])(
    "%s is the application's own address: its page, looked at anew each time",
    async (path) => {
      const answer = await ask(path);
      expect([answer.status, answer.body]).toEqual([200, PAGE]);
      expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
      expect(answer.headers["cache-control"]).toBe("no-cache");
    },
  );

  test.each(["/v1", "/v1/", "/v1/nothing", "/openapi.json", "/healthz"])("%s is the API's", async (path) => {
    expect((await ask(path)).status).toBe(418);
  });

  test("only GET and HEAD are answered", async () => {
    expect((await ask("/", {}, "POST")).status).toBe(418);
    const head = await ask("/", {}, "HEAD");
    expect([head.status, head.body, head.headers["content-length"]]).toEqual([200, "", `${PAGE.length}`]);
  });

  test("a hashed file may be kept for ever; one that is not there is no page", async () => {
    const answer = await ask("/assets/main-x1.js");
    expect([answer.status, answer.body]).toEqual([200, SCRIPT]);
    expect(answer.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(answer.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect((await ask("/assets/main-old.js")).status).toBe(404);
  });

  test("compressed as the client likes it, with an ETag for each form; small and packed files as they are", async () => {
    const forms = await Promise.all(
      ["br", "gzip", "identity"].map((one) => ask("/assets/main-x1.js", { "accept-encoding": one })),
    );
    expect(forms.map(({ headers }) => headers["content-encoding"])).toEqual(["br", "gzip", undefined]);
    expect(new Set(forms.map(({ headers }) => headers.etag)).size).toBe(3);
    for (const { headers } of forms) expect(headers.vary).toBe("accept-encoding");
    expect(Number(forms[0]?.headers["content-length"])).toBeLessThan(SCRIPT.length / 50);
    expect((await ask("/assets/dot-x2.png", { "accept-encoding": "br" })).headers["content-encoding"]).toBeUndefined();
    const text = await (await fetch(`http://127.0.0.1:${server.port}/assets/main-x1.js`)).text();
    expect(text).toBe(SCRIPT);
  });

  test("what the client has already is not sent again", async () => {
    const { headers } = await ask("/", { "accept-encoding": "br" });
    const etag = `${headers.etag}`;
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const answer = await ask("/", { "accept-encoding": "br", "if-none-match": known });
      expect([answer.status, answer.body, answer.headers.etag]).toEqual([304, "", etag]);
    }
    expect((await ask("/", { "accept-encoding": "br", "if-none-match": '"other"' })).status).toBe(200);
  });

  test("every answer carries the policy: no foreign script, no frame, no guessing of types, no referrer", async () => {
    for (const path of ["/", "/assets/main-x1.js", "/assets/none.js"]) {
      const { headers } = await ask(path);
      const policy = `${headers["content-security-policy"]}`;
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(/script-src ([^;]*)/.exec(policy)?.[1]).toBe("'self'");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["referrer-policy"]).toBe("no-referrer");
    }
  });

  // Guarantee: whatever is asked for, nothing outside the folder is ever sent.
  test.each([
    "/../secret",
    "/assets/../../secret",
    "/..%2fsecret",
    "/%2e%2e/secret",
    "/assets/..%5c..%5csecret",
    "/assets/%2e%2e%2f%2e%2e%2fsecret",
    "//secret",
    "/assets//../../secret",
    "/link.txt",
    "/assets/\u00000",
    "/%00",
  ])("%j leads nowhere", async (path) => {
    const answer = await ask(path.replace("\0", "%00"));
    expect(answer.body).not.toContain("secret");
    expect([200, 400, 404]).toContain(answer.status);
  });
});

test("a folder without a console is refused, naming it", () => {
  for (const directory of [folder.path, "/nowhere"]) {
    expect(() => readSite(directory)).toThrow(
      `FAIRLEAD_CONSOLE_DIR: ${directory} must be a folder with a built console`,
    );
  }
});
