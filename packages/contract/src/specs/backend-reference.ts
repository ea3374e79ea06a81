import type { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { apiGroup, dnsLabel, objectKind, objectName, portNumber } from "./kubernetes-names.ts";

/** The fields of a reference to a backend. */
export const backendReferenceShape = {
  group: apiGroup.optional(),
  kind: objectKind.optional(),
  name: objectName,
  namespace: dnsLabel.optional(),
  port: portNumber.optional(),
};

interface Reference {
  readonly group?: string | undefined;
  readonly kind?: string | undefined;
  readonly port?: number | undefined;
}

/** A Service needs a port; an XBackend, which has its own, must not be given one. */
export function checkBackendPort({ group = "", kind = "Service", port }: Reference, context: z.RefinementCtx): void {
  const say = (message: string) => context.addIssue({ code: "custom", path: ["port"], message });
  if (group === "" && kind === "Service" && port === undefined) say("is required for a Service");
  if (group === "gateway.networking.x-k8s.io" && kind === "XBackend" && port !== undefined)
    say("must be absent for an XBackend, which says its own");
}

/** A reference to a backend, without weight or filters. */
export const backendReference = strictObject(backendReferenceShape).superRefine(checkBackendPort);
