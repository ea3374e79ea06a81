import { randomBytes, randomUUID } from "node:crypto";
import { ApiFailure, alreadyExists, badRequest, conflict, invalid, notFound } from "./api-failure.ts";
import { withDefaults } from "./defaults.ts";
import type { GarbageCollector } from "./garbage-collector.ts";
import { jsonEqual } from "./json-value.ts";
import { type Kind, kindAt } from "./kind.ts";
import { applyFields, trackUpdate, type Writer } from "./managed-fields.ts";
import { checkApplied, checkFields, checkObject, type FieldValidation, readObject } from "./object-rules.ts";
import type { ObjectStorage, Stored } from "./object-storage.ts";
import type { ServedObject } from "./served-object.ts";

/** Where and how a request writes. */
export interface WriteRequest {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  /** Absent for a create. */
  readonly name: string | undefined;
  readonly subresource: "status" | undefined;
  readonly manager: string;
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  /** Server-side apply may take fields over. */
  readonly force: boolean;
}

export interface WriteOutcome {
  readonly created: boolean;
  readonly object: ServedObject;
  /** The object's serialisation, when it is at hand. */
  readonly json: string | undefined;
  readonly warnings: readonly string[];
}

export interface ObjectWriterOptions {
  readonly storage: ObjectStorage;
  readonly collector: GarbageCollector;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Creates, updates, patches and applies objects by the rules of the API server. */
export class ObjectWriter {
  readonly #storage: ObjectStorage;
  readonly #collector: GarbageCollector;
  readonly #now: () => number;

  constructor(options: ObjectWriterOptions) {
    this.#storage = options.storage;
    this.#collector = options.collector;
    this.#now = options.now;
  }

  create(request: WriteRequest, body: unknown): WriteOutcome {
    const { kind } = request;
    const read = readObject(body, kind, request.namespace, undefined);
    const { object, warnings } = checkFields(read, kind, request.fieldValidation);
    if (object.metadata.resourceVersion) throw badRequest("resourceVersion should not be set on objects to be created");
    const { generateName, name } = object.metadata;
    const named = name === "" && generateName !== undefined ? rename(object, `${generateName}${suffix()}`) : object;
    if (this.#storage.get(kind, keyOf(named)) !== undefined) throw alreadyExists(kind, named.metadata.name);
    const fresh = withDefaults(this.#fresh(named, kind), kind);
    return this.#insert(request, trackUpdate(undefined, fresh, kind, this.#writer(request, "Update")), warnings);
  }

  /** PUT. */
  update(request: WriteRequest, body: unknown): WriteOutcome {
    const live = this.#live(request);
    const { kind } = request;
    const read = readObject(body, kind, request.namespace, request.name);
    const { object, warnings } = checkFields(read, kind, request.fieldValidation);
    if (kind.needsResourceVersion && !object.metadata.resourceVersion) {
      const message = "Invalid value: 0x0: must be specified for an update";
      throw invalid(kind, object.metadata.name, [
        { reason: "FieldValueInvalid", message, field: "metadata.resourceVersion" },
      ]);
    }
    return this.#replace(request, live, object, "Update", warnings);
  }

  /** A patch that is computed from the object as it is. */
  patch(request: WriteRequest, patch: (live: ServedObject) => unknown): WriteOutcome {
    const live = this.#live(request);
    const read = readObject(patch(live.object), request.kind, request.namespace, request.name);
    const { object, warnings } = checkFields(read, request.kind, request.fieldValidation);
    return this.#replace(request, live, object, "Update", warnings);
  }

  /** Server-side apply. */
  apply(request: WriteRequest, body: unknown): WriteOutcome {
    const { kind } = request;
    const object = readObject(body, kind, request.namespace, request.name);
    if (object.metadata.managedFields !== undefined) throw badRequest("metadata.managedFields must be nil");
    checkApplied(object, kind);
    const writer = this.#writer(request, "Apply");
    const live = this.#storage.get(kind, keyOf(object));
    if (live !== undefined) {
      const merged = applyFields(live.object, forPath(object, kind, request.subresource), kind, writer, request.force);
      const uid = object.metadata.uid ?? live.object.metadata.uid;
      const claimed = {
        ...merged,
        metadata: { ...merged.metadata, ...(uid === undefined ? {} : { uid }), ...version(object) },
      };
      return this.#replace(request, live, claimed, "Apply", []);
    }
    if (request.subresource === "status") throw notFound(kind, object.metadata.name);
    if (object.metadata.uid !== undefined || object.metadata.resourceVersion !== undefined) {
      throw conflict(kind, object.metadata.name, "uid mismatch: the object to apply to is not there");
    }
    const { name, namespace } = object.metadata;
    const blank = {
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    };
    const applied = applyFields(blank, forPath(object, kind, undefined), kind, writer, false);
    return this.#insert(request, withDefaults(this.#fresh(applied, kind), kind), []);
  }

  #live(request: WriteRequest): Stored {
    const name = request.name ?? "";
    const live = this.#storage.get(request.kind, `${request.namespace ?? ""}/${name}`);
    if (live === undefined) throw notFound(request.kind, name);
    return live;
  }

  /** Metadata of a new object; what a client says about it does not count. */
  #fresh(object: ServedObject, kind: Kind): ServedObject {
    const { deletionTimestamp: _, deletionGracePeriodSeconds: __, ...metadata } = object.metadata;
    const { status: ___, ...rest } = object;
    return {
      ...(kind.hasStatus ? { ...rest, apiVersion: object.apiVersion, kind: object.kind } : object),
      metadata: {
        ...metadata,
        uid: randomUUID(),
        creationTimestamp: this.#time(),
        ...(kind.hasGeneration ? { generation: 1 } : {}),
      },
    };
  }

  #insert(request: WriteRequest, object: ServedObject, warnings: readonly string[]): WriteOutcome {
    const { kind, namespace } = request;
    checkObject(object, kind);
    if (namespace !== undefined) this.#checkNamespace(kind, namespace, object.metadata.name);
    if (request.dryRun) return { created: true, object, json: undefined, warnings };
    const stored = this.#storage.put(kind, object);
    this.#collector.created(stored);
    return { created: true, object: stored.object, json: stored.json, warnings };
  }

  #replace(
    request: WriteRequest,
    live: Stored,
    given: ServedObject,
    operation: Writer["operation"],
    warnings: readonly string[],
  ): WriteOutcome {
    const { kind } = request;
    const { name, uid, resourceVersion } = given.metadata;
    const old = live.object.metadata;
    if (uid !== undefined && uid !== old.uid) {
      throw conflict(kind, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.uid}`);
    }
    if (resourceVersion !== undefined && resourceVersion !== old.resourceVersion) {
      throw conflict(
        kind,
        name,
        "the object has been modified; please apply your changes to the latest version and try again",
      );
    }
    const merged = withDefaults(keepServerFields(live.object, given, request, operation), kind);
    const tracked =
      operation === "Apply" ? merged : trackUpdate(live.object, merged, kind, this.#writer(request, "Update"));
    const next = withGeneration(live.object, tracked, kind);
    checkObject(next, kind);
    if (jsonEqual(next, live.object)) return { created: false, object: live.object, json: live.json, warnings };
    if (request.dryRun) return { created: false, object: next, json: undefined, warnings };
    const isLast = next.metadata.deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0;
    const stored = isLast ? this.#collector.remove(live) : this.#storage.put(kind, next);
    return { created: false, object: stored.object, json: stored.json, warnings };
  }

  #checkNamespace(kind: Kind, namespace: string, name: string): void {
    const namespaces = kindAt("v1", "namespaces");
    if (namespaces === undefined) return;
    const found = this.#storage.get(namespaces, `/${namespace}`);
    if (found === undefined) throw notFound(namespaces, namespace);
    if (found.object.metadata.deletionTimestamp !== undefined) {
      const text = `${kind.plural} ${JSON.stringify(name)} is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`;
      throw new ApiFailure(403, "Forbidden", text);
    }
  }

  #writer(request: WriteRequest, operation: Writer["operation"]): Writer {
    return { manager: request.manager, operation, subresource: request.subresource, time: this.#time() };
  }

  #time(): string {
    return `${new Date(this.#now()).toISOString().slice(0, 19)}Z`;
  }
}

function keyOf(object: ServedObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function rename(object: ServedObject, name: string): ServedObject {
  return { ...object, metadata: { ...object.metadata, name } };
}

/** Five letters no vowel is among, as the API server makes them. */
function suffix(): string {
  const letters = "bcdfghjklmnpqrstvwxz2456789";
  return [...randomBytes(5)].map((byte) => letters[byte % letters.length]).join("");
}

function version(object: ServedObject): { resourceVersion?: string } {
  const { resourceVersion } = object.metadata;
  return resourceVersion === undefined ? {} : { resourceVersion };
}

/** The part of an applied object that its path writes. */
function forPath(object: ServedObject, kind: Kind, subresource: "status" | undefined): ServedObject {
  const { apiVersion, kind: kindName, metadata, status, ...rest } = object;
  if (subresource === "status") {
    return {
      apiVersion,
      kind: kindName,
      metadata: { name: metadata.name },
      ...(status === undefined ? {} : { status }),
    };
  }
  return kind.hasStatus ? { ...rest, apiVersion, kind: kindName, metadata } : object;
}

/** What was given, with all that this path may not write as it is. */
function keepServerFields(
  live: ServedObject,
  given: ServedObject,
  request: WriteRequest,
  operation: Writer["operation"],
): ServedObject {
  const { kind, subresource } = request;
  const { uid, creationTimestamp, generation, deletionTimestamp, resourceVersion, namespace } = live.metadata;
  const server = { uid, creationTimestamp, generation, deletionTimestamp, resourceVersion, namespace };
  const known = Object.fromEntries(Object.entries(server).filter(([, value]) => value !== undefined));
  const kept = operation === "Apply" ? undefined : live.metadata.managedFields;
  const managedFields = given.metadata.managedFields ?? kept;
  const managed = managedFields === undefined ? {} : { managedFields };
  if (subresource === "status") {
    const { status: _, ...rest } = live;
    const { managedFields: __, ...untouched } = live.metadata;
    const metadata = { ...untouched, ...managed };
    return {
      ...rest,
      apiVersion: live.apiVersion,
      kind: live.kind,
      metadata,
      ...(given.status === undefined ? {} : { status: given.status }),
    };
  }
  const { deletionTimestamp: _, generation: __, managedFields: ___, ...own } = given.metadata;
  const metadata = { ...own, ...known, ...managed };
  if (!kind.hasStatus) return { ...given, metadata };
  const { status: ____, ...rest } = given;
  return {
    ...rest,
    apiVersion: live.apiVersion,
    kind: live.kind,
    metadata,
    ...(live.status === undefined ? {} : { status: live.status }),
  };
}

function withGeneration(live: ServedObject, next: ServedObject, kind: Kind): ServedObject {
  if (!kind.hasGeneration || jsonEqual(desired(live), desired(next))) return next;
  return { ...next, metadata: { ...next.metadata, generation: (live.metadata.generation ?? 0) + 1 } };
}

function desired(object: ServedObject): unknown {
  const { metadata: _, status: __, ...rest } = object;
  return rest;
}
