import { join } from "node:path";
import { silentLog } from "@fairlead/core";
import { bootstrap } from "@fairlead/envoy";
import type { KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";
import { controllerClasses, type HostNetwork, MeshIndex, type ObjectChange } from "@fairlead/mesh-model";
import { type Envoy, startEnvoy, tempDir } from "@fairlead/testkit";
import { type AdsEvent, ResourceCache, XdsServer } from "@fairlead/xds";
import { createBinding } from "../binding.ts";
import { boundTranslator } from "../bound-translator.ts";
import { type ModelTranslator, NodeConfig } from "../node-config.ts";

export interface TestNodeOptions {
  /** Stands between the model and the cache, to send Envoy what the checks would not let through. */
  readonly wrap?: (translator: ModelTranslator) => ModelTranslator;
  readonly lastGood?: ReadonlyMap<ObjectKey, KubernetesObject>;
  /** Added to ports below 1024. Default 0. */
  readonly portOffset?: number;
  /** Listeners are on the node's own addresses. */
  readonly hostNetwork?: HostNetwork;
}

/** A node without a Kubernetes API: its objects are handed in. The rest is real, Envoy included when started. */
export class TestNode implements AsyncDisposable {
  readonly cache = new ResourceCache();
  readonly config: NodeConfig;
  readonly events: AdsEvent[] = [];
  readonly #stack: AsyncDisposableStack;
  readonly socketPath: string;
  #server: XdsServer | undefined;

  private constructor(options: TestNodeOptions, stack: AsyncDisposableStack, directory: string) {
    this.#stack = stack;
    this.socketPath = join(directory, "xds.sock");
    const translator = boundTranslator(createBinding({ portOffset: options.portOffset ?? 0, firstFreePort: 1024 }), {});
    this.config = new NodeConfig({
      index: new MeshIndex({ classes: controllerClasses(), hostNetwork: options.hostNetwork }),
      translator: options.wrap?.(translator) ?? translator,
      cache: this.cache,
      proxy: {
        isCurrent: (typeUrl, name) => this.#server?.isCurrent(typeUrl, name) ?? false,
        retry: (typeUrl, name) => this.#server?.retry(typeUrl, name),
      },
      ...(options.lastGood === undefined ? {} : { lastGood: options.lastGood }),
    });
  }

  static async create(options: TestNodeOptions = {}): Promise<TestNode> {
    const stack = new AsyncDisposableStack();
    const directory = stack.use(await tempDir("agent"));
    const node = new TestNode(options, stack, directory.path);
    const timer = setInterval(() => node.config.tick(Date.now()), 200);
    stack.defer(() => clearInterval(timer));
    return node;
  }

  apply(...changes: readonly ObjectChange[]): void {
    this.config.apply(changes);
  }

  /** Opens the socket. */
  async serve(): Promise<XdsServer> {
    const server = await XdsServer.listen({
      cache: this.cache,
      socketPath: this.socketPath,
      log: silentLog,
      onEvents: (events) => {
        this.events.push(...events);
        queueMicrotask(() => this.config.onAnswers(events, Date.now()));
      },
    });
    this.#server = server;
    this.#stack.use(server);
    return server;
  }

  /** Starts an Envoy for this node; it ends with the node unless ended before. */
  async envoy(): Promise<Envoy> {
    const options = {
      node: "test",
      xdsSocketPath: this.socketPath,
      admin: { address: "127.0.0.1", port: 0 },
      maxConnections: 1_000,
    };
    const envoy = await startEnvoy({
      bootstrap: Object(bootstrap(options)),
      args: ["--concurrency", "1", "--use-dynamic-base-id"],
    });
    this.#stack.use(envoy);
    return envoy;
  }

  /** `proxied`, `pending`, `rejected: <field> <reason>`, or `gone`. */
  state(key: ObjectKey): string {
    const state = this.config.state(key);
    if (state?.state !== "rejected") return state?.state ?? "gone";
    return `rejected: ${state.rejection.field} ${state.rejection.reason}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
  }
}
