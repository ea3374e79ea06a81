import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { apiGroup, dnsLabel, dnsSubdomain, objectKind, objectName, portNumber } from "./kubernetes-names.ts";

const parent = strictObject({
  group: apiGroup.optional(),
  kind: objectKind.optional(),
  namespace: dnsLabel.optional(),
  name: objectName,
  sectionName: dnsSubdomain.min(1).optional(),
  port: portNumber.optional(),
});

type Parent = z.output<typeof parent>;

/** What a route attaches to. Several references to one parent must each name a different part of it. */
export const parentReferences = z
  .array(parent)
  .max(32)
  .superRefine((parents, context) => {
    for (const [index, one] of parents.entries()) {
      const others = parents.slice(0, index);
      const say = (message: string) => context.addIssue({ code: "custom", path: [index], message });
      if (others.some((other) => sameParent(one, other) && samePart(one, other))) {
        say("must be unique; an earlier item is the same");
        continue;
      }
      const unlike = others.findIndex((other) => sameParent(one, other) && !saysAsMuch(one, other));
      if (unlike >= 0) say(`must say sectionName and port just as [${unlike}], which names the same parent, does`);
    }
  });

const GROUP = "gateway.networking.k8s.io";

function sameParent(a: Parent, b: Parent): boolean {
  const key = (one: Parent) => [one.group ?? GROUP, one.kind ?? "Gateway", one.namespace ?? "", one.name].join("/");
  return key(a) === key(b);
}

function samePart(a: Parent, b: Parent): boolean {
  return a.sectionName === b.sectionName && a.port === b.port;
}

function saysAsMuch(a: Parent, b: Parent): boolean {
  const alike = (key: "sectionName" | "port") => (a[key] === undefined) === (b[key] === undefined);
  return alike("sectionName") && alike("port");
}
