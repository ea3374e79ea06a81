import { connect } from "node:net";
import { controllerClasses, indexObjects, type MeshIndex, type MeshModel, type Socket } from "@fairlead/mesh-model";
import { selfSigned } from "@fairlead/testkit";
import { certificateFindings } from "../../certificate.ts";
import type { EnvoyResource } from "../../resource.ts";
import { translateModel } from "../../translate.ts";
import { TYPE_URL } from "../../type-url.ts";
import { TestEnvoy } from "../envoy.ts";
import { freePort } from "../http.ts";
import { chain, route, socket, table } from "../model.ts";
import { Client } from "./client.ts";
import { EchoBackends } from "./echo-backends.ts";
import type { MeshObject } from "./mesh-object.ts";
import { fixtures, SECRETS, SERVICES, type World } from "./world.ts";

/** A world as Envoy serves it right now. */
export interface Served {
  readonly index: MeshIndex;
  readonly model: MeshModel;
  /** Whether Envoy can serve a certificate. */
  usable(certificate: string): boolean;
  /** Where a socket of the model really listens. */
  place(socket: Socket): { readonly address: string; readonly port: number };
}

const SENTINEL_CHAIN = "sentinel/sentinel/1";

/** One real Envoy that serves one world after the other. */
export class MeshUnderTest implements AsyncDisposable {
  readonly client = new Client();
  readonly #envoy: TestEnvoy;
  readonly #backends: EchoBackends;
  readonly #fixtures: readonly MeshObject[];
  /** Ports of the model → ports that are free here, so that no privilege is needed and runs do not meet. */
  readonly #ports: ReadonlyMap<number, number>;
  #applied: readonly EnvoyResource[] = [];
  #worlds = 0;
  #now: { readonly world: World; readonly served: Served } | undefined;

  private constructor(
    envoy: TestEnvoy,
    backends: EchoBackends,
    objects: readonly MeshObject[],
    ports: ReadonlyMap<number, number>,
  ) {
    this.#envoy = envoy;
    this.#backends = backends;
    this.#fixtures = objects;
    this.#ports = ports;
  }

  static async start(): Promise<MeshUnderTest> {
    const certificates = new Map(
      SECRETS.map((id) => [
        id,
        selfSigned(
          id.replace("/", "-"),
          id.endsWith("weak") ? ["rsa:1024"] : ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
        ),
      ]),
    );
    const ports = new Map<number, number>();
    for (const port of [1, 80, 443, 8080]) ports.set(port, await freePort());
    const [envoy, backends] = await Promise.all([
      // One worker takes what it is told in order, so that the sentinel speaks for all that came before.
      TestEnvoy.start({ workers: 1, drainSeconds: 1 }),
      EchoBackends.start(SERVICES),
    ]);
    const mesh = new MeshUnderTest(envoy, backends, fixtures(backends.ports, certificates), ports);
    const sentinel = { ...socket(1, [chain(SENTINEL_CHAIN)]), port: mesh.#port(1) };
    envoy.ads.set(translateModel({ sockets: [sentinel], tables: [], backends: [], certificates: [] }).resources);
    return mesh;
  }

  /** Serves a world, and returns when all of it is in force. */
  async serve(world: World): Promise<Served> {
    if (this.#now?.world === world) return this.#now.served;
    this.#now = undefined;
    this.client.forget();
    const count = this.#worlds++;
    const objects = [...this.#fixtures, ...withAddresses(world, `127.77.${count >> 4}`, (count & 15) * 16)];
    const index = indexObjects({ classes: controllerClasses() }, objects);
    const model = index.model();
    const unusable = new Set(
      model.certificates.filter((one) => certificateFindings(one).length > 0).map(({ name }) => name),
    );

    const sockets = model.sockets.map((one) => ({ ...one, port: this.#port(one.port) }));
    const { resources } = translateModel({ ...model, sockets });
    const keys = new Set(resources.map(({ typeUrl, name }) => `${typeUrl} ${name}`));
    for (const old of this.#applied) if (!keys.has(`${old.typeUrl} ${old.name}`)) this.#envoy.ads.remove(old);
    this.#applied = resources;
    this.#envoy.ads.set(resources);
    const listening = resources.filter(({ typeUrl }) => typeUrl === TYPE_URL.listener).map(({ name }) => name);
    // Envoy asks for certificates only when a listener names them.
    const asked = resources.filter(({ typeUrl }) => typeUrl !== TYPE_URL.secret);
    await Promise.all(
      asked.map(async (resource) => {
        const verdict = await this.#envoy.ads.verdict(resource);
        if (!verdict.accepted)
          throw new Error(`Envoy refuses ${resource.typeUrl} ${resource.name}: ${verdict.message}`);
      }),
    );
    const place = (one: Socket) => ({ address: one.addresses[0] ?? "", port: this.#port(one.port) });
    for (const one of model.sockets) if (listening.includes(one.name)) await untilOpen(place(one));
    await this.#passSentinel(count);

    const served: Served = { index, model, usable: (name) => !unusable.has(name), place };
    this.#now = { world, served };
    return served;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client[Symbol.dispose]();
    await this.#envoy[Symbol.asyncDispose]();
    await this.#backends[Symbol.asyncDispose]();
  }

  async #passSentinel(count: number): Promise<void> {
    const host = `n${count}.test`;
    const says = table(SENTINEL_CHAIN, host, [route({ type: "respond", status: 204, body: "" })]);
    const { resources } = translateModel({ sockets: [], tables: [says], backends: [], certificates: [] });
    this.#envoy.ads.set(resources);
    await eventually(async () => {
      const wire = {
        address: "127.0.0.1",
        port: this.#port(1),
        protocol: "http1" as const,
        tls: false,
        sni: "",
        method: "GET",
        target: "/",
        host,
      };
      return (await this.client.send({ ...wire, headers: [] }))?.status === 204;
    });
    for (const resource of resources) this.#envoy.ads.remove(resource);
  }

  #port(port: number): number {
    const real = this.#ports.get(port);
    if (real === undefined) throw new Error(`no port stands in for ${port}`);
    return real;
  }
}

// As the operator does: an address for each Gateway and dedicated Ingress, one for all other Ingresses.
function withAddresses(world: World, subnet: string, first: number): MeshObject[] {
  let next = first + 2;
  return world.map((object): MeshObject => {
    if (object.kind === "Gateway") return { ...object, status: { addresses: [{ value: `${subnet}.${next++}` }] } };
    if (object.kind !== "Ingress") return { ...object };
    const dedicated = object.metadata.annotations?.["ingress.cilium.io/loadbalancer-mode"] === "dedicated";
    const ip = `${subnet}.${dedicated ? next++ : first + 1}`;
    return { ...object, status: { loadBalancer: { ingress: [{ ip }] } } };
  });
}

async function untilOpen({ address, port }: { readonly address: string; readonly port: number }): Promise<void> {
  await eventually(
    () =>
      new Promise<boolean>((resolve) => {
        const peer = connect({ host: address, port }, () => {
          peer.destroy();
          resolve(true);
        });
        peer.on("error", () => resolve(false));
      }),
  );
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("what was sent to Envoy did not come into force");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
