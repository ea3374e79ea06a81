import { create } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type EnvoyResource, TYPE_URL, type TypeUrl } from "@fairlead/envoy";
import {
  type DeltaDiscoveryRequest,
  type DeltaDiscoveryResponse,
  DeltaDiscoveryResponseSchema,
} from "@fairlead/envoy/discovery";
import type { DeltaRequest, DeltaResponse } from "./ads-messages.ts";

/** The part of a request the session works with. */
export function fromWire(message: DeltaDiscoveryRequest): DeltaRequest {
  const error = message.errorDetail;
  return {
    typeUrl: message.typeUrl,
    subscribe: message.resourceNamesSubscribe,
    unsubscribe: message.resourceNamesUnsubscribe,
    initialVersions: new Map(Object.entries(message.initialResourceVersions)),
    nonce: message.responseNonce,
    ...(error === undefined ? {} : { error: error.message === "" ? `status ${error.code}` : error.message }),
  };
}

/** The message a response goes out as. */
export function toWire(response: DeltaResponse): DeltaDiscoveryResponse {
  return create(DeltaDiscoveryResponseSchema, {
    typeUrl: response.typeUrl,
    nonce: response.nonce,
    removedResources: [...response.removed],
    resources: response.resources.map(({ typeUrl, name, version, body }) => ({
      name,
      version,
      resource: { typeUrl, value: body },
    })),
  });
}

/**
 * A RouteConfiguration that holds its name and nothing else: Envoy ignores the removal of routes and would let a
 * listener wait for what does not exist. Other types take a removal as an answer.
 */
export function emptyRoutes(typeUrl: TypeUrl, name: string): EnvoyResource | undefined {
  if (typeUrl !== TYPE_URL.route) return undefined;
  const body = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name).finish();
  return { typeUrl, name, version: "absent", body, sources: [], requires: [] };
}
