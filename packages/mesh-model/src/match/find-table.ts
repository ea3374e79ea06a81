import { ANY_HOST } from "../hosts.ts";
import type { HostTable } from "../model.ts";

/** The routes of a host on a chain. */
export interface FoundTable {
  readonly table: HostTable | undefined;
  readonly why: string;
}

/**
 * The table for a Host header: its host without case, port and a dot at the end; else the closest wildcard.
 * `find` gives the table of a chain for a host, in lower case.
 */
export function findTable(find: (host: string) => HostTable | undefined, authority: string): FoundTable {
  // A table is reached by its own name, however odd.
  const written = find(authority);
  const host = bareHost(authority);
  const exact = written ?? find(host);
  if (exact !== undefined && exact.host !== ANY_HOST)
    return { table: exact, why: `host ${host} has routes of its own` };
  const tried = [`host ${host} has no routes of its own`];
  const withoutPort = stripAnyPort(authority.toLowerCase());
  for (let dot = withoutPort.indexOf("."); dot >= 0; dot = withoutPort.indexOf(".", dot + 1)) {
    // A wildcard stands for at least one character.
    const rest = withoutPort.slice(dot);
    const wildcard = dot === 0 ? undefined : find(`*${rest.endsWith(".") ? rest.slice(0, -1) : rest}`);
    if (wildcard?.oneLabel && withoutPort.slice(0, dot).includes(".")) {
      tried.push(`${wildcard.host} stands for one label`);
    } else if (wildcard !== undefined)
      return { table: wildcard, why: `${tried.join(", ")}; ${wildcard.host} is the closest wildcard` };
  }
  const any = find(ANY_HOST);
  if (any !== undefined)
    return { table: any, why: `${tried.join(", ")} and is under no wildcard; those for any host apply` };
  return { table: undefined, why: `${tried.join(", ")}, is under no wildcard, and there are none for any host` };
}

/** A Host header as tables are named: lower case, without port and without a dot at its end. */
export function bareHost(authority: string): string {
  return authority
    .toLowerCase()
    .replace(/^(.*):[0-9]*$/s, "$1")
    .replace(/^(.+)\.$/s, "$1");
}

function stripAnyPort(authority: string): string {
  const colon = authority.lastIndexOf(":");
  return colon < 0 || authority.lastIndexOf("]") > colon ? authority : authority.slice(0, colon);
}
