import {
  type BackoffOptions,
  type Clock,
  decorrelatedJitter,
  type Log,
  type Rng,
  silentLog,
  systemClock,
  systemRng,
} from "@fairlead/core";
import { type KubernetesObject, objectKey } from "@fairlead/kubernetes-types";
import { isExpired } from "./api-errors.ts";
import type { KubernetesClient, Selection } from "./client.ts";
import type { ResourceType } from "./resource-type.ts";
import { type IndexFunction, Store } from "./store.ts";
import type { WatchEvent } from "./watch-event.ts";

export interface ReflectorOptions<T extends KubernetesObject> extends Selection {
  readonly client: KubernetesClient;
  readonly resource: ResourceType<T>;
  readonly indexes?: Readonly<Record<string, IndexFunction<T>>>;
  /** Keep `metadata.managedFields`, about half of an applied object. Default false. */
  readonly keepManagedFields?: boolean;
  /** What is kept of an object. Default: all of it. */
  readonly trim?: (object: T) => T;
  /** Objects per list request. Default 500. */
  readonly pageSize?: number;
  /** How long one watch lives, in seconds; up to a tenth is taken off at random. Default 290 (under the usual 5 min of load balancers). */
  readonly watchSeconds?: number;
  /** A watch silent for this long is taken for dead. Default 150,000 ms. */
  readonly silenceMs?: number;
  /** Between failed tries. Default 100 ms to 10 s. */
  readonly backoff?: BackoffOptions;
  readonly clock?: Clock;
  readonly rng?: Rng;
  readonly log?: Log;
}

/**
 * Keeps a {@link Store} equal to the API server's objects of one kind: a paged list, then a watch with bookmarks that
 * goes on where it broke, and a new list once the server no longer knows that place (410). A store is only replaced by
 * a whole list, so that a list that fails half way takes nothing away.
 */
export class Reflector<T extends KubernetesObject> implements AsyncDisposable {
  readonly store: Store<T>;
  readonly #options: ReflectorOptions<T>;
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #log: Log;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  /** Where the watch goes on; undefined: list first. */
  #resourceVersion: string | undefined;
  /** The delay after the last failure, in milliseconds; 0 while all is well. */
  #delayMs = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#rng = options.rng ?? systemRng;
    this.#log = (options.log ?? silentLog).with({ kind: options.resource.kind });
    this.store = new Store(options.indexes === undefined ? {} : { indexes: options.indexes });
  }

  /** Starts once; failures are logged and tried again until disposed. Returns itself. */
  start(): this {
    this.#running ??= this.#run(this.#stop.signal);
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const backoff = this.#options.backoff ?? { baseMs: 100, maxMs: 10_000 };
    while (!signal.aborted) {
      const began = this.#clock.now();
      try {
        if (this.#resourceVersion === undefined) await this.#list(signal);
        await this.#watch(signal);
        // A watch that lived its time ended as planned; one that ends at once would otherwise become a tight loop.
        if (this.#clock.now() - began >= 1000) {
          this.#delayMs = 0;
          continue;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (isExpired(error)) this.#resourceVersion = undefined;
        this.#log.warn("watch broken", { error, relist: this.#resourceVersion === undefined });
      }
      this.#delayMs = decorrelatedJitter(this.#delayMs, backoff, this.#rng);
      await this.#clock.sleep(this.#delayMs, signal).catch(() => {});
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, resource, pageSize } = this.#options;
    const list = await client.list(resource, {
      ...this.#selection(),
      signal,
      ...(pageSize === undefined ? {} : { pageSize }),
    });
    this.#resourceVersion = list.resourceVersion;
    this.store.replace(list.items.map((object) => this.#trim(object)));
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { client, resource, silenceMs, watchSeconds } = this.#options;
    await client.watch(
      resource,
      {
        ...this.#selection(),
        resourceVersion: this.#resourceVersion ?? "",
        timeoutSeconds: Math.ceil((watchSeconds ?? 290) * (1 - this.#rng() / 10)),
        signal,
        ...(silenceMs === undefined ? {} : { silenceMs }),
      },
      (event) => this.#onEvent(event),
    );
  }

  #onEvent(event: WatchEvent<T>): void {
    this.#delayMs = 0;
    if (event.type === "DELETED") this.store.remove(objectKey(event.object));
    else if (event.type !== "BOOKMARK") this.store.upsert(this.#trim(event.object));
    this.#resourceVersion = event.object.metadata.resourceVersion;
  }

  #selection(): Selection {
    const { namespace, labelSelector, fieldSelector } = this.#options;
    return { namespace, labelSelector, fieldSelector };
  }

  #trim(object: T): T {
    const { keepManagedFields, trim = (whole) => whole } = this.#options;
    if (keepManagedFields === true || object.metadata.managedFields === undefined) return trim(object);
    const { managedFields: _, ...metadata } = object.metadata;
    return trim({ ...object, metadata });
  }
}
