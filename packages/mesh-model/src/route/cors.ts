import type { HTTPCORSFilter, ObjectKey } from "@fairlead/kubernetes-types";
import type { CorsOrigin, CorsPolicy } from "../model.ts";
import { type RuleProblem, unsupportedValue } from "./rule-problem.ts";

const ORIGIN = /^(https?):\/\/(\*|(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::([0-9]{1,5}))?$/;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };
/** Gateway API's default. */
const MAX_AGE_SECONDS = 5;

/** Reads a CORS filter; `field` is its path. */
export function compileCors(
  object: ObjectKey,
  field: string,
  filter: HTTPCORSFilter,
): { readonly policy: CorsPolicy; readonly problems: readonly RuleProblem[] } {
  const problems: RuleProblem[] = [];
  const allowOrigins: CorsOrigin[] = [];
  for (const [index, text] of (filter.allowOrigins ?? []).entries()) {
    const origin = readOrigin(text);
    if (origin !== undefined) allowOrigins.push(origin);
    else problems.push(unsupportedValue(`${field}.allowOrigins[${index}]`, `${text} is not an origin`));
  }
  const { maxAge = MAX_AGE_SECONDS, allowCredentials = false } = filter;
  if (!Number.isInteger(maxAge) || maxAge < 0)
    problems.push(unsupportedValue(`${field}.maxAge`, `${maxAge} is no age`));
  const names = (list: "allowMethods" | "allowHeaders") => {
    const values = filter[list] ?? [];
    if (values.includes("*") && values.length > 1) {
      problems.push(unsupportedValue(`${field}.${list}`, "* stands for all and cannot have names beside it"));
    }
    return values;
  };
  const policy: CorsPolicy = {
    allowOrigins,
    allowMethods: names("allowMethods"),
    allowHeaders: names("allowHeaders"),
    // Gateway API forbids to say it with credentials, where browsers would take it for a header of that name.
    exposeHeaders: (filter.exposeHeaders ?? []).filter((name) => !(allowCredentials && name === "*")),
    allowCredentials,
    maxAgeSeconds: maxAge,
    origin: { object, field },
  };
  return { policy, problems };
}

function readOrigin(text: string): CorsOrigin | undefined {
  if (text === "*") return { host: "*" };
  const [, scheme, host, port] = ORIGIN.exec(text.toLowerCase()) ?? [];
  if ((scheme !== "http" && scheme !== "https") || host === undefined) return undefined;
  const number = port === undefined ? undefined : Number(port);
  if (number !== undefined && (number < 1 || number > 65_535)) return undefined;
  // Browsers leave the scheme's own port out.
  return number === undefined || number === DEFAULT_PORTS[scheme] ? { scheme, host } : { scheme, host, port: number };
}
