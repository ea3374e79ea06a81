import { z } from "@hono/zod-openapi";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;

/** A DNS label of at most 63 characters (RFC 1123): namespaces, Services. */
export const dnsLabel = z
  .string()
  .max(63)
  .regex(
    new RegExp(`^${LABEL}$`),
    "must be lower-case letters, digits and dashes, with a letter or digit at both ends",
  );

/** A DNS subdomain of at most 253 characters (RFC 1123): names of most objects. */
export const dnsSubdomain = z
  .string()
  .max(253)
  .regex(
    new RegExp(`^${SUBDOMAIN}$`),
    "must be lower-case letters, digits, dashes and dots, with a letter or digit at both ends of each part",
  );

/** A host name, or `*.` and a host name. Not an IP address. */
export const hostname = z
  .string()
  .min(1)
  .max(253)
  .regex(
    new RegExp(`^(\\*\\.)?${SUBDOMAIN}$`),
    "must be a lower-case host name such as www.example.com or *.example.com",
  )
  .refine(notAddress, "must be a host name, not an IP address");

/** A host name without wildcard. */
export const preciseHostname = z
  .string()
  .min(1)
  .max(253)
  .regex(new RegExp(`^${SUBDOMAIN}$`), "must be a lower-case host name such as www.example.com")
  .refine(notAddress, "must be a host name, not an IP address");

/** An API group; empty for the core group. */
export const apiGroup = z
  .string()
  .max(253)
  .regex(
    new RegExp(`^$|^${SUBDOMAIN}$`),
    'must be an API group such as gateway.networking.k8s.io, or "" for the core group',
  );

/** The kind of an object. */
export const objectKind = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/, "must be a kind such as Service");

/** The name of an object in a reference. */
export const objectName = z.string().min(1).max(253);

/** A whole number of 32 bits that is at least `min`. */
export const int32 = (min: number) => z.int().min(min).max(2_147_483_647);

/** A TCP or UDP port. */
export const portNumber = z.int().min(1).max(65535);

const QUALIFIED =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Whether a text is what Kubernetes calls a qualified name: an optional DNS subdomain of at most 253 characters and a slash, then at most 63 characters. */
export function isQualifiedName(text: string): boolean {
  return QUALIFIED.test(text) && text.indexOf("/") <= 253;
}

/** A label key: an optional DNS subdomain and slash, then at most 63 characters. */
export const labelKey = z
  .string()
  .min(1)
  .max(317)
  .regex(QUALIFIED, "must be a label key such as env or example.com/env");

/** A label value: at most 63 characters. */
export const labelValue = z
  .string()
  .max(63)
  .regex(
    /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/,
    "must be letters, digits, dashes, underscores and dots, with a letter or digit at both ends, or empty",
  );

function notAddress(text: string): boolean {
  return !/^\d{1,3}(\.\d{1,3}){3}$/.test(text);
}
