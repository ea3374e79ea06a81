import type { Secret } from "@fairlead/core";
import type { KubernetesObject, TokenReview, TokenReviewStatus } from "@fairlead/kubernetes-types";
import { apiError, isExpired, isStatus } from "./api-errors.ts";
import type { Connection } from "./connection.ts";
import { type ResourceType, resourcePath } from "./resource-type.ts";
import { Transport } from "./transport.ts";
import { decodeWatchEvent, type WatchEvent } from "./watch-event.ts";

export interface KubernetesClientOptions {
  readonly connection: Connection;
  /** Default `fairlead`. */
  readonly userAgent?: string;
  /** Until an answer's headers, and between two pieces of its body. Default 30,000 ms. Watches end only by silence. */
  readonly requestTimeoutMs?: number;
}

/** One object; `namespace` is left out for cluster-scoped kinds. */
export interface ObjectReference {
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface WriteOptions extends RequestOptions {
  /** Validate and answer, store nothing. */
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
}

export interface ApplyOptions extends RequestOptions {
  /** Who applies: owner of every field in the object. */
  readonly fieldManager: string;
  /** Take fields over from other managers instead of failing with a conflict. Default false. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

/** An object to apply: only the fields the manager has an opinion on. */
export type AppliedObject<T extends KubernetesObject> = Pick<T, keyof KubernetesObject> &
  Partial<Omit<T, keyof KubernetesObject>>;

export interface Selection {
  /** All namespaces when left out. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface ListOptions extends Selection, RequestOptions {
  /** Objects per request. Default 500. */
  readonly pageSize?: number;
}

export interface ListResult<T> {
  /** With `apiVersion` and `kind`, which the API server leaves out of lists. */
  readonly items: readonly T[];
  /** Where a watch goes on. */
  readonly resourceVersion: string;
}

export interface DeleteOptions extends RequestOptions {
  /** Delete only this very object, in this very state; else a conflict. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly propagation?: "Background" | "Foreground" | "Orphan";
  readonly dryRun?: boolean;
}

export interface WatchOptions extends Selection, RequestOptions {
  readonly resourceVersion: string;
  /** When the server ends the watch by itself. */
  readonly timeoutSeconds?: number;
  /** Give up when nothing arrives for this long, bookmarks included. Default 150,000 ms (the API server sends a bookmark about every minute). */
  readonly silenceMs?: number;
}

/**
 * A Kubernetes API server. Failures are MeshErrors with the server's own text (see `apiError`). Nothing is retried
 * here: a caller that is level triggered does that better.
 */
export class KubernetesClient implements AsyncDisposable {
  /** The namespace of the kubeconfig's context or of the pod. */
  readonly namespace: string;
  readonly #transport: Transport;

  constructor(options: KubernetesClientOptions) {
    this.namespace = options.connection.namespace;
    this.#transport = new Transport({
      connection: options.connection,
      userAgent: options.userAgent ?? "fairlead",
      requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
    });
  }

  /** One object; `not_found` when it is absent. */
  async get<T extends KubernetesObject>(
    resource: ResourceType<T>,
    object: ObjectReference,
    options: RequestOptions = {},
  ): Promise<T> {
    const path = resourcePath(resource, where(object));
    return trusted(await this.#transport.json({ method: "GET", path, signal: options.signal }));
  }

  /**
   * All objects of a selection, page by page, as of one moment. When the server forgets that moment between two pages
   * (410, after about five minutes) the list begins again, whole and in one answer: more pages would be no faster.
   */
  async list<T extends KubernetesObject>(resource: ResourceType<T>, options: ListOptions = {}): Promise<ListResult<T>> {
    const path = resourcePath(resource, options.namespace === undefined ? {} : { namespace: options.namespace });
    const head = { apiVersion: resource.apiVersion, kind: resource.kind };
    let items: T[] = [];
    let limit: number | undefined = options.pageSize ?? 500;
    let next: string | undefined;
    for (;;) {
      let page: Page;
      try {
        const query = { ...selectors(options), limit, continue: next };
        page = trusted(await this.#transport.json({ method: "GET", path, query, signal: options.signal }));
      } catch (error) {
        if (next === undefined || !isExpired(error)) throw error;
        [items, next, limit] = [[], undefined, undefined];
        continue;
      }
      for (const item of page.items ?? []) items.push(trusted({ ...head, ...item }));
      next = page.metadata.continue || undefined;
      if (next === undefined) return { items, resourceVersion: page.metadata.resourceVersion ?? "" };
    }
  }

  /** Creates an object; `already_exists` when the name is taken. */
  async create<T extends KubernetesObject>(
    resource: ResourceType<T>,
    object: T,
    options: WriteOptions = {},
  ): Promise<T> {
    const { namespace } = object.metadata;
    return trusted(
      await this.#transport.json({
        method: "POST",
        path: resourcePath(resource, namespace === undefined ? {} : { namespace }),
        query: writeQuery(options),
        body: object,
        signal: options.signal,
      }),
    );
  }

  /** Replaces an object; `revision_mismatch` when its `resourceVersion` is no longer current. */
  async update<T extends KubernetesObject>(
    resource: ResourceType<T>,
    object: T,
    options: WriteOptions & { readonly subresource?: "status" } = {},
  ): Promise<T> {
    const path = resourcePath(resource, { ...where(object.metadata), ...subresource(options.subresource) });
    const query = writeQuery(options);
    return trusted(await this.#transport.json({ method: "PUT", path, query, body: object, signal: options.signal }));
  }

  /**
   * Server-side apply: creates the object or makes its fields as given; a field applied before and left out now is
   * removed. `foreign_object` when another manager owns a field and `force` is not set.
   */
  apply<T extends KubernetesObject>(
    resource: ResourceType<T>,
    object: AppliedObject<NoInfer<T>>,
    options: ApplyOptions,
  ): Promise<T> {
    return this.#apply(resource, object, options, undefined);
  }

  /** {@link apply} to the status alone; the object must be there. What else is in it is ignored. */
  applyStatus<T extends KubernetesObject>(
    resource: ResourceType<T>,
    object: AppliedObject<NoInfer<T>>,
    options: ApplyOptions,
  ): Promise<T> {
    return this.#apply(resource, object, options, "status");
  }

  /** JSON merge patch (RFC 7396): null removes a field, lists are replaced whole. */
  async patch<T extends KubernetesObject>(
    resource: ResourceType<T>,
    object: ObjectReference,
    patch: Readonly<Record<string, unknown>>,
    options: WriteOptions & { readonly subresource?: "status" } = {},
  ): Promise<T> {
    return trusted(
      await this.#transport.json({
        method: "PATCH",
        path: resourcePath(resource, { ...where(object), ...subresource(options.subresource) }),
        query: writeQuery(options),
        contentType: "application/merge-patch+json",
        body: patch,
        signal: options.signal,
      }),
    );
  }

  /** Deletes an object. Resolves when the server has taken the order; finalizers may keep the object a while. */
  async delete(resource: ResourceType, object: ObjectReference, options: DeleteOptions = {}): Promise<void> {
    await this.#transport.json({
      method: "DELETE",
      path: resourcePath(resource, where(object)),
      // All options go into the body: the API server ignores the query of a request that has one.
      body: {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: options.propagation ?? "Background",
        ...(options.preconditions === undefined ? {} : { preconditions: options.preconditions }),
        ...(options.dryRun ? { dryRun: ["All"] } : {}),
      },
      signal: options.signal,
    });
  }

  /**
   * Hands every change after `resourceVersion` to `onEvent`, in order and in the turn it arrives, until the server
   * ends the watch. Throws when it breaks; `isExpired` says that only a new list helps.
   */
  async watch<T extends KubernetesObject>(
    resource: ResourceType<T>,
    options: WatchOptions,
    onEvent: (event: WatchEvent<T>) => void,
  ): Promise<void> {
    const path = resourcePath(resource, options.namespace === undefined ? {} : { namespace: options.namespace });
    const query = {
      ...selectors(options),
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: options.resourceVersion,
      timeoutSeconds: options.timeoutSeconds,
    };
    await this.#transport.lines(
      { method: "GET", path, query, signal: options.signal },
      options.silenceMs ?? 150_000,
      (line) => {
        const event = decodeWatchEvent<T>(line);
        if (event.type !== "ERROR") return onEvent(event);
        throw apiError(event.status, event.status.code ?? 500, `WATCH ${path}`);
      },
    );
  }

  /** Asks whose token this is; `authenticated` is missing or false for a token that is not valid for the audiences. */
  async reviewToken(
    token: Secret,
    audiences: readonly string[],
    options: RequestOptions = {},
  ): Promise<TokenReviewStatus> {
    const review: TokenReview = trusted(
      await this.#transport.json({
        method: "POST",
        path: "/apis/authentication.k8s.io/v1/tokenreviews",
        body: {
          apiVersion: "authentication.k8s.io/v1",
          kind: "TokenReview",
          spec: { token: token.reveal(), audiences },
        },
        signal: options.signal,
      }),
    );
    return review.status ?? {};
  }

  /** The answer of a path that is not an object, such as `/version`. */
  async raw(path: string, options: RequestOptions = {}): Promise<unknown> {
    return this.#transport.json({ method: "GET", path, signal: options.signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transport[Symbol.asyncDispose]();
  }

  async #apply<T extends KubernetesObject>(
    resource: ResourceType<T>,
    object: AppliedObject<NoInfer<T>>,
    options: ApplyOptions,
    sub: "status" | undefined,
  ): Promise<T> {
    return trusted(
      await this.#transport.json({
        method: "PATCH",
        path: resourcePath(resource, { ...where(object.metadata), ...subresource(sub) }),
        query: { ...writeQuery(options), force: options.force === true ? true : undefined },
        contentType: "application/apply-patch+yaml",
        body: object,
        signal: options.signal,
      }),
    );
  }
}

interface Page {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly object[];
}

function where(object: ObjectReference): { namespace?: string; name: string } {
  return object.namespace === undefined ? { name: object.name } : { namespace: object.namespace, name: object.name };
}

function subresource(name: "status" | undefined): { subresource?: string } {
  return name === undefined ? {} : { subresource: name };
}

function selectors(selection: Selection): Record<string, string | undefined> {
  return { labelSelector: selection.labelSelector, fieldSelector: selection.fieldSelector };
}

function writeQuery(options: WriteOptions): Record<string, string | undefined> {
  return { dryRun: options.dryRun ? "All" : undefined, fieldManager: options.fieldManager };
}

function trusted<T>(value: unknown): T {
  if (isStatus(value) && value.status === "Failure") throw apiError(value, value.code ?? 500, "answer");
  // SAFETY: the API server has checked the object against the kind's schema, of which our interfaces are a part.
  return value as T;
}
