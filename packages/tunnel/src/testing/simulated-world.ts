import { generateKeyPairSync } from "node:crypto";
import { compareRevisions, type Revision } from "@fairlead/core";
import {
  Bundle,
  type BundleEntry,
  type BundlePlan,
  CAPABILITIES,
  type ConnectorEffect,
  type ConnectorEvent,
  ConnectorSession,
  decodeConnectorFrame,
  decodeHubFrame,
  encodeFrame,
  FactBook,
  type FactsFrame,
  type HubEffect,
  type HubEvent,
  HubSession,
  rawPublicKey,
  signProof,
  type TunnelLimits,
} from "../index.ts";
import { SimulatedCloud } from "./simulated-cloud.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const NOTHING_LEFT_OUT: Readonly<Record<string, number>> = {};
const LIMITS: TunnelLimits = { maxFrameBytes: 1024, framesPerSecond: 10_000, window: 4 };

/** One socket with both sessions on it and everything under way. */
interface Connection {
  readonly hub: HubSession;
  readonly connector: ConnectorSession;
  readonly toHub: Uint8Array[];
  readonly toConnector: Uint8Array[];
  /** Work of the hub's owner that has not been answered yet. */
  readonly queries: (() => HubEvent)[];
  /** The same for facts, which are stored and read in order. */
  readonly factQueries: (() => HubEvent)[];
  /** Writes of the connector's owner that are not on disk yet. */
  readonly writes: BundlePlan[];
  acked: Revision;
  sentSeq: number;
  ackedSeq: number;
}

/**
 * A cloud, a hub, a wire, a connector and its disk, each of which can fail on its own. Holds what must always be true
 * and throws as soon as it is not: revisions never go back, deletes never resurrect, the ACK always advances.
 */
export class SimulatedWorld {
  readonly cloud = new SimulatedCloud();
  now = 0;
  resyncs = 0;
  /** What the cluster has besides, and how much of it may be told. */
  readonly cluster = new Map<string, string>();
  quota = { objects: 1_000, bytes: 100_000 };
  /** What is stored of it, and messages that brought it. */
  readonly stored = { facts: new Map<string, string>(), digest: "", leftOut: NOTHING_LEFT_OUT };
  factFrames = 0;
  /** Whether the hub is one that knows nothing of facts. */
  oldHub = false;
  /** What the connector was told that only one end can do. */
  downgraded: readonly string[] = [];
  #book = new FactBook();
  #disk = new Map<string, BundleEntry>();
  #diskThrough: Revision = { epoch: 0, n: 0 };
  #clusterId: string | undefined;
  #cacheLost = false;
  #bundle = new Bundle();
  #connection: Connection | undefined;
  /** The newest deletion seen of each key, as (epoch, revision). */
  #deleted = new Map<string, BundleEntry>();

  /** What the connector holds live. */
  applied(): Record<string, string> {
    const live = [...this.#bundle.entries].flatMap(([key, { object }]) =>
      object === undefined ? [] : [[key, object.body] as const],
    );
    return Object.fromEntries(live.sort());
  }

  get holds(): Revision {
    return this.#bundle.through;
  }

  connect(): void {
    if (this.#connection !== undefined) return;
    const identity = {
      clusterId: this.#clusterId,
      joinToken: "jt_once",
      publicKey: rawPublicKey(publicKey),
      instance: "i",
      process: "p",
      clusterUid: "u",
      connectorVersion: "0",
      serves: [],
    };
    const connection: Connection = {
      hub: new HubSession({
        limits: LIMITS,
        pageSize: 3,
        ...(this.oldHub && { capabilities: CAPABILITIES.filter((name) => name !== "facts") }),
      }),
      connector: new ConnectorSession({
        identity,
        bundle: this.#bundle,
        resync: this.#cacheLost,
        facts: this.#book,
      }),
      toHub: [],
      toConnector: [],
      queries: [],
      factQueries: [],
      writes: [],
      acked: { epoch: 0, n: 0 },
      sentSeq: 0,
      ackedSeq: 0,
    };
    this.#connection = connection;
    this.#hub(connection, { type: "opened", nonce: new Uint8Array(32).fill(7) });
    this.#connector(connection, { type: "opened" });
    this.#connector(connection, { type: "factsReady" });
  }

  /** Objects of the cluster change, and its connector sees it. */
  change(changes: readonly (readonly [string, string | undefined])[]): void {
    for (const [key, value] of changes) {
      const body = value === undefined ? undefined : JSON.stringify({ value });
      if (body === undefined) this.cluster.delete(key);
      else this.cluster.set(key, body);
      this.#book.set(key, body);
    }
    const keys = changes.map(([key]) => key);
    if (this.#connection !== undefined) this.#connector(this.#connection, { type: "factsChanged", keys });
  }

  /** The connection breaks; all that was under way is lost. */
  cut(): void {
    this.#connection = undefined;
  }

  /** The connector's process dies and comes back with what its disk holds. */
  crashConnector(): void {
    this.cut();
    this.#bundle = new Bundle(this.#disk, this.#diskThrough);
    this.#book = new FactBook();
    for (const [key, body] of this.cluster) this.#book.set(key, body);
  }

  /** The connector's cache is lost; it finds its objects in the cluster, without knowing what is in them. */
  loseCache(): void {
    this.cut();
    const adopted = [...this.#disk].flatMap(([key, entry]): [string, BundleEntry][] =>
      entry.object === undefined ? [] : [[key, { ...entry, object: { ...entry.object, digest: "" } }]],
    );
    this.#disk = new Map(adopted);
    this.#diskThrough = { epoch: 0, n: 0 };
    this.#deleted.clear();
    this.#cacheLost = true;
    this.#bundle = new Bundle(this.#disk, this.#diskThrough);
  }

  /** An object vanishes from the connector's disk with nobody knowing; only digests can find that out. */
  damage(key: string): void {
    this.#disk.delete(key);
    this.crashConnector();
  }

  /** The connector forgets tombstones it no longer needs. */
  forgetTombstones(): void {
    for (const key of [...this.#disk.keys()]) if (this.#bundle.forgettable(key)) this.#disk.delete(key);
    this.#bundle.forget([...this.#bundle.entries.keys()]);
  }

  hint(): void {
    if (this.#connection !== undefined) this.#hub(this.#connection, { type: "hint" });
  }

  tick(ms: number): void {
    this.now += ms;
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#hub(connection, { type: "tick" });
    this.#connector(connection, { type: "tick" });
  }

  /** Lets one of the things under way happen, chosen by `pick`; false when there is nothing. */
  advance(pick: number): boolean {
    const connection = this.#connection;
    if (connection === undefined) return false;
    const { toHub, toConnector, queries, factQueries, writes } = connection;
    const ready = [
      ...(toHub.length > 0 ? [() => this.#deliverToHub(connection)] : []),
      ...(toConnector.length > 0 ? [() => this.#deliverToConnector(connection)] : []),
      ...(writes.length > 0 ? [() => this.#persist(connection)] : []),
      ...(factQueries.length > 0
        ? [
            () => {
              const query = factQueries.shift();
              if (query !== undefined) this.#hub(connection, query());
            },
          ]
        : []),
      // Answers of the database come in any order.
      ...queries.map((_, index) => () => {
        const [query] = queries.splice(index, 1);
        if (query !== undefined) this.#hub(connection, query());
      }),
    ];
    ready[pick % Math.max(1, ready.length)]?.();
    return ready.length > 0;
  }

  /** What a backup of the database knows of the cluster: something else, under a digest or none. */
  forgetFacts(): void {
    this.cut();
    this.stored.facts.clear();
    this.stored.digest = "";
  }

  /** A message with facts arrives twice, or changes places with the one after it. */
  disturbFacts(at: number, how: "duplicate" | "swap"): void {
    const queue = this.#connection?.toHub ?? [];
    const [first, second] = queue.slice(at, at + 2);
    if (first === undefined || !isFacts(first)) return;
    if (how === "duplicate") queue.splice(at, 0, first);
    else if (second !== undefined && isFacts(second)) queue.splice(at, 2, second, first);
  }

  /** A message to the connector arrives twice, or changes places with the one after it. */
  disturb(at: number, how: "duplicate" | "swap"): void {
    const queue = this.#connection?.toConnector ?? [];
    const [first, second] = queue.slice(at, at + 2);
    if (first === undefined || !isDelta(first)) return;
    if (how === "duplicate") queue.splice(at, 0, first);
    else if (second !== undefined && isDelta(second)) queue.splice(at, 2, second, first);
  }

  /** Lets everything under way happen. */
  drain(): void {
    for (let steps = 0; this.advance(0); steps++) if (steps > 50_000) throw new Error("never comes to rest");
  }

  /** Connects as often as it takes and lets everything happen, with one hint and without any time passing. */
  settle(): void {
    for (let round = 0; round < 5; round++) {
      this.connect();
      if (round === 0) this.hint();
      this.drain();
    }
    const { sentSeq = 0, ackedSeq = 0 } = this.#connection ?? {};
    if (sentSeq !== ackedSeq) throw new Error(`delta ${sentSeq} was sent, ${ackedSeq} acknowledged`);
  }

  #deliverToHub(connection: Connection): void {
    const bytes = connection.toHub.shift();
    if (bytes === undefined) return;
    const frame = decodeConnectorFrame(bytes, LIMITS.maxFrameBytes);
    if (frame.type === "ack") {
      if (frame.seq <= connection.ackedSeq) throw new Error(`ack ${frame.seq} after ${connection.ackedSeq}`);
      connection.ackedSeq = frame.seq;
    }
    this.#hub(connection, { type: "received", frame });
  }

  #deliverToConnector(connection: Connection): void {
    const bytes = connection.toConnector.shift();
    if (bytes === undefined) return;
    this.#connector(connection, { type: "received", frame: decodeHubFrame(bytes, LIMITS.maxFrameBytes) });
  }

  #persist(connection: Connection): void {
    const plan = connection.writes.shift();
    if (plan === undefined) return;
    if (compareRevisions(plan.through, this.#diskThrough) < 0) throw new Error("the bundle's revision went back");
    for (const [key, entry] of plan.changes) this.#checkOrder(key, entry);
    for (const [key, entry] of plan.changes) this.#disk.set(key, entry);
    this.#diskThrough = plan.through;
    if (plan.resynced) this.#cacheLost = false;
    this.#bundle.commit(plan);
    this.#connector(connection, { type: "persisted", plan });
  }

  /** What the database does with a message. */
  #store(facts: FactsFrame): HubEvent {
    const { stored } = this;
    const { upserts, removals, range } = facts;
    this.factFrames += 1;
    if (range !== undefined) {
      for (const key of [...stored.facts.keys()]) {
        if (key > range.after && (range.through === undefined || key <= range.through)) stored.facts.delete(key);
      }
    }
    for (const key of removals) stored.facts.delete(key);
    for (const { key, body } of upserts) stored.facts.set(key, body);
    stored.digest = facts.digest;
    stored.leftOut = facts.leftOut;
    return { type: "factsStored", facts, refused: false };
  }

  #checkOrder(key: string, entry: BundleEntry): void {
    const held = this.#disk.get(key);
    if (held !== undefined && !this.#cacheLost && order(entry, held) < 0) throw new Error(`${key} went back`);
    const deletion = this.#deleted.get(key);
    if (entry.object === undefined) this.#deleted.set(key, entry);
    else if (deletion !== undefined && order(entry, deletion) <= 0) throw new Error(`${key} was resurrected`);
  }

  #hub(connection: Connection, event: HubEvent): void {
    for (const effect of connection.hub.handle(event, this.now)) this.#hubEffect(connection, effect);
  }

  #hubEffect(connection: Connection, effect: HubEffect): void {
    const { cloud } = this;
    const answer = (query: () => HubEvent) => connection.queries.push(query);
    switch (effect.type) {
      case "send": {
        if (effect.frame.type === "delta") connection.sentSeq = effect.frame.seq;
        const bytes = encodeFrame(effect.frame);
        if (bytes.length > LIMITS.maxFrameBytes) throw new Error(`frame of ${bytes.length} bytes`);
        connection.toConnector.push(bytes);
        break;
      }
      case "enroll":
        answer(() => ({ type: "enrolled", clusterId: "clu_1" }));
        break;
      case "identify":
        answer(() => ({ type: "identified", publicKey: rawPublicKey(publicKey) }));
        break;
      case "admit":
        answer(() => ({ type: "admitted", revision: cloud.revision }));
        break;
      case "loadChanges":
        answer(() => cloud.loadChanges(effect.after, effect.limit));
        break;
      case "loadManifest":
        answer(() => cloud.loadManifest());
        break;
      case "loadBodies":
        answer(() => cloud.loadBodies(effect.digests));
        break;
      case "acked":
        if (compareRevisions(effect.through, connection.acked) < 0) throw new Error("the ACK went back");
        connection.acked = effect.through;
        cloud.acked = effect.through;
        break;
      case "loadFacts":
        connection.factQueries.push(() => ({
          type: "factsLoaded",
          digest: this.stored.digest,
          quota: this.quota,
        }));
        break;
      case "storeFacts":
        connection.factQueries.push(() => this.#store(effect.facts));
        break;
      case "revisionAhead":
        throw new Error("the connector is ahead of the cloud");
      case "ended":
        if (effect.code === "protocol_violation") throw new Error(effect.reason);
        this.cut();
        break;
      default:
    }
  }

  #connector(connection: Connection, event: ConnectorEvent): void {
    for (const effect of connection.connector.handle(event, this.now)) this.#connectorEffect(connection, effect);
  }

  #connectorEffect(connection: Connection, effect: ConnectorEffect): void {
    switch (effect.type) {
      case "send": {
        const bytes = encodeFrame(effect.frame);
        // Everything else the connector sends is cut by its owner.
        if (effect.frame.type === "facts" && bytes.length > LIMITS.maxFrameBytes) {
          throw new Error(`facts of ${bytes.length} bytes`);
        }
        connection.toHub.push(bytes);
        break;
      }
      case "saveClusterId":
        this.#clusterId = effect.clusterId;
        break;
      case "sign": {
        const signature = signProof(privateKey, effect.nonce, effect.clusterId);
        this.#connector(connection, { type: "signed", signature });
        break;
      }
      case "persist":
        connection.writes.push(effect.plan);
        break;
      case "resync":
        this.resyncs += 1;
        break;
      case "sessionOpen":
        this.downgraded = effect.welcome.downgraded;
        break;
      case "ended":
        if (effect.code === "protocol_violation") throw new Error(effect.reason);
        this.cut();
        break;
      default:
    }
  }
}

function isFacts(bytes: Uint8Array): boolean {
  return decodeConnectorFrame(bytes, LIMITS.maxFrameBytes).type === "facts";
}

function isDelta(bytes: Uint8Array): boolean {
  return decodeHubFrame(bytes, LIMITS.maxFrameBytes).type === "delta";
}

function order(a: BundleEntry, b: BundleEntry): number {
  return a.epoch - b.epoch || compareRevisions(a.revision, b.revision);
}
