import { SCOPE_HEADER } from "./scope-lookup.ts";

/**
 * Scope keys are compared as they are. When the host as the client wrote it has no table (every route of a table has
 * a name, so no name means no table), this tries it in lower case without port and trailing dot, then the wildcards
 * above it from the closest, then the catch-all. DNS names end at 253 characters, which also bounds the loop.
 */
export const SCOPE_FALLBACK = `
local SCOPE = "${SCOPE_HEADER}"

local function found(handle, headers, key)
  headers:replace(SCOPE, key)
  handle:clearRouteCache()
  return handle:streamInfo():routeName() ~= ""
end

function envoy_on_request(handle)
  if handle:streamInfo():routeName() ~= "" then return end
  local headers = handle:headers()
  local scope = headers:get(SCOPE)
  local bar = scope and string.find(scope, "|", 1, true)
  if not bar then return end
  local chain = string.sub(scope, 1, bar)
  local written = string.sub(scope, bar + 1)
  local host = string.lower(written)
  host = string.match(host, "^(.*):%d+$") or host
  host = string.match(host, "^(.+)%.$") or host
  if #host <= 253 then
    if host ~= written and found(handle, headers, chain .. host) then return end
    local dot = string.find(host, ".", 1, true)
    while dot do
      if found(handle, headers, chain .. "*" .. string.sub(host, dot)) then return end
      dot = string.find(host, ".", dot + 1, true)
    end
  end
  found(handle, headers, chain .. "*")
end
`;
