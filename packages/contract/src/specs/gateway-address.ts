import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { hostname } from "./kubernetes-names.ts";

const SUBDOMAIN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const ipAddress = z.union([z.ipv4(), z.ipv6()]);

const address = strictObject({
  type: z
    .string()
    .min(1)
    .max(253)
    .regex(
      new RegExp(`^(Hostname|IPAddress|NamedAddress|${SUBDOMAIN}/[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+)$`),
      "must be IPAddress, Hostname, NamedAddress, or a domain-prefixed type such as example.com/pool",
    )
    .optional(),
  value: z.string().max(253).optional(),
  routability: z
    .string()
    .max(253)
    .refine(isRoutability, "must be Cluster, or domain-prefixed outside of k8s.io")
    .optional(),
}).superRefine(({ type = "IPAddress", value }, context) => {
  const say = (message: string) => context.addIssue({ code: "custom", path: ["value"], message });
  if (value === undefined) return;
  if (type === "IPAddress" && !ipAddress.safeParse(value).success) say("must be an IP address for type IPAddress");
  if (type === "Hostname" && !hostname.safeParse(value).success)
    say("must be a host name such as gw.example.com for type Hostname");
});

/** The addresses a Gateway asks for. None twice. */
export const gatewayAddresses = z
  .array(address)
  .max(16)
  .superRefine((addresses, context) => {
    for (const [index, { type = "IPAddress", value }] of addresses.entries()) {
      if (value === undefined || (type !== "IPAddress" && type !== "Hostname")) continue;
      const isSame = (other: z.output<typeof address>) => (other.type ?? "IPAddress") === type && other.value === value;
      const earlier = addresses.slice(0, index).findIndex(isSame);
      if (earlier >= 0)
        context.addIssue({
          code: "custom",
          path: [index, "value"],
          message: `must be unique; [${earlier}] has it too`,
        });
    }
  });

function isRoutability(text: string): boolean {
  if (text === "" || text === "Cluster") return true;
  const [domain = "", ...rest] = text.split("/");
  const isOwnDomain = domain !== "k8s.io" && !domain.endsWith(".k8s.io") && new RegExp(`^${SUBDOMAIN}$`).test(domain);
  return isOwnDomain && rest.join("/") !== "";
}
