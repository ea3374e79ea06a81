import { connect as connectTls } from "node:tls";
import type { Certificate, MeshModel } from "@fairlead/mesh-model";
import { selfSigned } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { translateCertificate } from "./certificate.ts";
import { checkCertificate } from "./checks/certificate.ts";
import { TestEnvoy } from "./testing/envoy.ts";
import { freePort } from "./testing/http.ts";
import { chain, route, socket, table } from "./testing/model.ts";
import { translateModel } from "./translate.ts";
import { Translator } from "./translator.ts";

let envoy: TestEnvoy;
let port = 0;
const translator = new Translator();

const certificate = (name: string, pem: { chain: string; key: string }): Certificate => ({
  name,
  ...pem,
  sources: [`/Secret/ns/${name}`],
});
const nothing = { upserts: [], removals: [] };

beforeAll(async () => {
  [envoy, port] = await Promise.all([TestEnvoy.start(), freePort()]);
  const says = (body: string) => [route({ type: "respond", status: 200, body })];
  const tls = (...certificates: string[]) => ({ tls: { certificates } });
  const model: MeshModel = {
    sockets: [
      socket(port, [
        chain("ns/gw/a", { serverNames: ["a.example"], ...tls("a") }),
        chain("ns/gw/wild", { serverNames: ["*.example"], ...tls("wild") }),
        chain("ns/gw/broken", { serverNames: ["broken.example"], ...tls("broken") }),
        chain("ns/gw/any", tls("any")),
      ]),
    ],
    tables: [
      table("ns/gw/a", "a.example", says("a")),
      table("ns/gw/wild", "*.example", says("wild")),
      table("ns/gw/broken", "broken.example", says("broken")),
      table("ns/gw/any", "*", says("any")),
    ],
    backends: [],
    certificates: [
      certificate("a", selfSigned("a.example")),
      certificate("any", selfSigned("any")),
      certificate("broken", { chain: "no", key: "certificate" }),
      certificate("wild", selfSigned("*.example", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"])),
    ],
  };
  const { upserts } = translator.apply({
    sockets: { upserts: model.sockets, removals: [] },
    tables: { upserts: model.tables, removals: [] },
    backends: nothing,
    certificates: { upserts: model.certificates, removals: [] },
  });
  envoy.ads.set(upserts);
  for (const resource of upserts) {
    // The chain that names it was left out, so Envoy does not ask for it.
    if (resource.name !== "broken") expect(await envoy.ads.verdict(resource)).toEqual({ accepted: true });
  }
});

afterAll(async () => {
  await envoy?.[Symbol.asyncDispose]();
});

/** Connects with a server name and asks for `host`: the certificate's name, the protocol agreed on, the answer's body. */
function ask(servername: string, host: string, alpn: string[] = ["http/1.1"]) {
  return new Promise<{ subject: string; protocol: string | false | null; text: string }>((resolve, reject) => {
    const peer = connectTls(
      { host: "127.0.0.1", port, servername, ALPNProtocols: alpn, rejectUnauthorized: false },
      () => {
        const subject = String(peer.getPeerCertificate().subject.CN);
        if (peer.alpnProtocol === "h2") {
          resolve({ subject, protocol: peer.alpnProtocol, text: "" });
          peer.destroy();
          return;
        }
        peer.write(`GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
        let text = "";
        peer.on("data", (data) => {
          text += String(data);
          const length = Number(/content-length: (\d+)/.exec(text)?.[1] ?? 0);
          const [, body] = text.split("\r\n\r\n");
          if (body?.length !== length) return;
          resolve({ subject, protocol: peer.alpnProtocol, text });
          peer.destroy();
        });
      },
    );
    peer.on("error", reject);
  });
}

describe("a server name chooses the chain, its certificate and its tables", () => {
  it.each([
    ["a.example", "a.example", "a"],
    ["A.EXAMPLE", "a.example", "a"],
    ["x.example", "*.example", "wild"],
    ["x.y.example", "*.example", "wild"],
    ["elsewhere.org", "any", "any"],
  ])("%s: %s", async (name, subject, body) => {
    const answer = await ask(name, name);
    expect(answer.subject).toBe(subject);
    expect(answer.text).toMatch(new RegExp(`^HTTP/1.1 200 [^]*\r\n\r\n${body}$`));
  });

  it("a host of another chain is not found", async () => {
    expect((await ask("a.example", "x.example")).text).toMatch(/^HTTP\/1.1 404 /);
  });

  it("HTTP/2 is agreed on when the client offers it", async () => {
    expect((await ask("a.example", "a.example", ["h2", "http/1.1"])).protocol).toBe("h2");
  });
});

it("a certificate is replaced without touching the listener, and a bad one leaves the last good one", async () => {
  const next = certificate("a", selfSigned("a.example", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]));
  const change = translator.apply({
    sockets: nothing,
    tables: nothing,
    backends: nothing,
    certificates: { upserts: [next], removals: [] },
  });
  expect(change.upserts.map(({ name }) => name)).toEqual(["a"]);
  envoy.ads.set(change.upserts);
  for (const resource of change.upserts) expect(await envoy.ads.verdict(resource)).toEqual({ accepted: true });
  expect((await ask("a.example", "a.example")).subject).toBe("a.example");

  const bad = { ...next, key: selfSigned("other").key };
  const refused = translator.apply({
    sockets: nothing,
    tables: nothing,
    backends: nothing,
    certificates: { upserts: [bad], removals: [] },
  });
  expect(refused).toMatchObject({ upserts: [], removals: [] });
  expect(refused.findings.get("a")).toMatchObject([
    { origin: { object: "/Secret/ns/a", field: "data" }, reason: "holds a private key that is not the certificate's" },
  ]);
});

it("a chain without a certificate comes once there is one", async () => {
  // Until then another chain that fits the name answers, which knows no such host.
  expect((await ask("broken.example", "broken.example")).text).toMatch(/wild$/);
  const good = certificate("broken", selfSigned("broken.example"));
  const { upserts } = translator.apply({
    sockets: nothing,
    tables: nothing,
    backends: nothing,
    certificates: { upserts: [good], removals: [] },
  });
  envoy.ads.set(upserts);
  for (const resource of upserts) expect(await envoy.ads.verdict(resource)).toEqual({ accepted: true });
  await expect
    .poll(async () => (await ask("broken.example", "broken.example")).subject, { timeout: 5000 })
    .toBe("broken.example");
});

describe("certificates are judged as Envoy judges them", () => {
  const good = selfSigned("good.example");
  const samples: [string, { chain: string; key: string }, accepted: boolean][] = [
    ["RSA 2048", good, true],
    ["RSA 3072", selfSigned("x", ["rsa:3072"]), true],
    ["P-256", selfSigned("x", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]), true],
    ["P-384", selfSigned("x", ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"]), true],
    ["P-521", selfSigned("x", ["ec", "-pkeyopt", "ec_paramgen_curve:P-521"]), true],
    ["text around the PEM blocks", { ...good, chain: `first\n${good.chain}\nlast\n` }, true],
    ["two certificates", { ...good, chain: good.chain + selfSigned("ca").chain }, true],
    ["RSA 1024", selfSigned("x", ["rsa:1024"]), false],
    ["secp256k1", selfSigned("x", ["ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"]), false],
    ["Ed25519", selfSigned("x", ["ed25519"]), true],
    ["the key of another", { ...good, key: selfSigned("x").key }, false],
    ["no certificate", { ...good, chain: "" }, false],
    ["no key", { ...good, key: "" }, false],
    ["a damaged certificate", { ...good, chain: good.chain.replace(/[A-Za-z]{20}/, "AAAA") }, false],
  ];
  it.each(samples)("%s", async (name, pem, accepted) => {
    const tested = certificate(`sample ${name}`, pem);
    // Envoy asks for a certificate only when a listener names it.
    const { resources } = translateModel({
      sockets: [socket(await freePort(), [chain(`ns/sample/${name}`, { tls: { certificates: [tested.name] } })])],
      tables: [],
      backends: [],
      certificates: [],
    });
    const secret = translateCertificate(tested);
    envoy.ads.set([...resources, secret]);
    const verdict = await envoy.ads.verdict(secret);
    for (const resource of resources) envoy.ads.remove(resource);
    expect({ envoy: verdict.accepted, us: checkCertificate(pem.chain, pem.key) === undefined, verdict }).toMatchObject({
      envoy: accepted,
      us: accepted,
    });
  });
});
