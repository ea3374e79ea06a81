import { SCOPE_HEADER } from "./scope-lookup.ts";

/*
 * Two Lua scripts, because a filter can look a route up once more and no oftener: the name of a route does not look it
 * up, the first call of `metadata` does, later ones answer from memory. Every route of a table has a name, so no name
 * means no table. A request whose host is written as its table is passes both scripts at once.
 */

const COMMON = `
local SCOPE = "${SCOPE_HEADER}"

local function route_name(handle)
  return handle:streamInfo():routeName()
end

local function enter(handle, scope)
  handle:headers():replace(SCOPE, scope)
  handle:clearRouteCache()
end
`;

/** Tries the host in lower case, without port and without a dot at its end; failing that, leads to the chain's directory. */
export const NORMALISE_HOST = `${COMMON}
function envoy_on_request(handle)
  if route_name(handle) ~= "" then return end
  local scope = handle:headers():get(SCOPE)
  local bar = scope and string.find(scope, "|", 1, true)
  if not bar then return end

  local written = string.sub(scope, bar + 1)
  local host = string.lower(written)
  host = string.match(host, "^(.*):%d*$") or host
  host = string.match(host, "^(.+)%.$") or host
  if host ~= written then
    enter(handle, string.sub(scope, 1, bar) .. host)
    handle:metadata()
    if route_name(handle) ~= "" then return end
  end
  enter(handle, string.sub(scope, 1, bar - 1))
end
`;

/** Where the scope is the directory (it has no host): asks it, whose routes are named after tables, and leads to the table. */
export const FIND_WILDCARD = `${COMMON}
function envoy_on_request(handle)
  local scope = handle:headers():get(SCOPE)
  if not scope or string.find(scope, "|", 1, true) then return end
  handle:metadata()
  local name = route_name(handle)
  if name ~= "" then enter(handle, name) end
end
`;
