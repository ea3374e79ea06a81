import { type BackoffOptions, type Clock, type Log, silentLog } from "@fairlead/core";
import type { KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";
import type { Store, StoreChange } from "./store.ts";
import { WorkQueue } from "./work-queue.ts";

/** A kind whose changes make other objects due. Made by {@link watches}. */
export interface ControllerWatch {
  readonly synced: Promise<void>;
  readonly subscribe: (enqueue: (key: ObjectKey) => void) => () => void;
}

/** Every change in `store` makes the objects due that `map` names for its old or its new form. */
export function watches<T extends KubernetesObject>(
  store: Store<T>,
  map: (object: T) => Iterable<ObjectKey>,
): ControllerWatch {
  return {
    synced: store.synced,
    subscribe: (enqueue) =>
      store.subscribe((changes) => {
        for (const { object, previous } of changes) {
          if (previous !== undefined) for (const key of map(previous)) enqueue(key);
          if (object !== undefined) for (const key of map(object)) enqueue(key);
        }
      }),
  };
}

export interface ControllerOptions<T extends KubernetesObject> {
  /** For logs. */
  readonly name: string;
  /** The one kind this controller is for; each change makes its own object due. */
  readonly store: Store<T>;
  /** Default: every change. */
  readonly changed?: (change: StoreChange<T>) => boolean;
  readonly watches?: readonly ControllerWatch[];
  /**
   * Makes the world right for one object; it may be gone. Called with what is due, never with what happened. A number
   * asks to be called again after so many milliseconds.
   */
  readonly reconcile: (key: ObjectKey, signal: AbortSignal) => Promise<number | undefined>;
  /** Objects worked on at the same time. Default 4. */
  readonly concurrency?: number;
  readonly backoff?: BackoffOptions;
  readonly clock?: Clock;
  readonly log?: Log;
}

/** Level-triggered reconciliation of one kind; nothing is reconciled before every store it reads has its first list. */
export class Controller<T extends KubernetesObject> implements AsyncDisposable {
  readonly #options: ControllerOptions<T>;
  readonly #queue: WorkQueue<ObjectKey>;
  readonly #subscriptions: (() => void)[] = [];
  #stopped = false;

  constructor(options: ControllerOptions<T>) {
    this.#options = options;
    const log = (options.log ?? silentLog).with({ controller: options.name });
    this.#queue = new WorkQueue<ObjectKey>({
      work: options.reconcile,
      onError: (object, error, failures) => log.warn("reconcile failed", { object, error, failures }),
      concurrency: options.concurrency ?? 4,
      ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
      ...(options.clock === undefined ? {} : { clock: options.clock }),
    });
  }

  /** Resolves once the stores are in and every object there is has been made due. */
  async start(): Promise<void> {
    const { store, watches = [], changed = () => true } = this.#options;
    await Promise.all([store.synced, ...watches.map((watch) => watch.synced)]);
    if (this.#stopped) return;
    const enqueue = (key: ObjectKey) => this.#queue.add(key);
    this.#subscriptions.push(
      store.subscribe((changes) => {
        for (const change of changes) if (changed(change)) enqueue(change.key);
      }),
      ...watches.map((watch) => watch.subscribe(enqueue)),
    );
  }

  /** Makes an object due. */
  enqueue(key: ObjectKey): void {
    this.#queue.add(key);
  }

  /** Resolves when nothing is due; what comes back later does not count. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    await this.#queue[Symbol.asyncDispose]();
  }
}
