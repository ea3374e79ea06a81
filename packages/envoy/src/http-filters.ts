import { CORS_FILTER } from "./cors.ts";
import { extension, type Fields } from "./extension.ts";
import { CorsSchema } from "./gen/envoy/extensions/filters/http/cors/v3/cors_pb.js";
import { LuaSchema } from "./gen/envoy/extensions/filters/http/lua/v3/lua_pb.js";
import { RouterSchema } from "./gen/envoy/extensions/filters/http/router/v3/router_pb.js";
import type { HttpFilterSchema } from "./gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import { FIND_WILDCARD, NORMALISE_HOST } from "./scope-fallback.ts";

interface OrderedFilter {
  readonly filter: Fields<typeof HttpFilterSchema>;
  /** Why the filter stands where it does. */
  readonly reason: string;
}

const ORDER: readonly OrderedFilter[] = [
  {
    filter: lua("fairlead.normalise_host", NORMALISE_HOST),
    reason:
      "First: it may change the route, and what runs later must see the final one. A filter disabled here and enabled " +
      "per route would be skipped after such a change, so later filters stay enabled and are switched off per route.",
  },
  {
    filter: lua("fairlead.find_wildcard", FIND_WILDCARD),
    reason: "Directly behind: until here a host under a wildcard has no route.",
  },
  {
    filter: httpFilter(CORS_FILTER, extension(CORS_FILTER, CorsSchema, {})),
    reason:
      "Behind the final route, whose policy it follows, and before whatever may refuse a request: browsers ask without " +
      "credentials first.",
  },
  {
    filter: httpFilter("envoy.filters.http.router", extension("envoy.filters.http.router", RouterSchema, {})),
    reason: "Last: it ends the chain by sending the request upstream.",
  },
];

/** The HTTP filters of every chain, in order. */
export const HTTP_FILTERS: readonly Fields<typeof HttpFilterSchema>[] = ORDER.map((entry) => entry.filter);

function lua(name: string, script: string): Fields<typeof HttpFilterSchema> {
  const defaultSourceCode = { specifier: { case: "inlineString" as const, value: script } };
  return httpFilter(name, extension("envoy.filters.http.lua", LuaSchema, { defaultSourceCode }));
}

function httpFilter(name: string, { typedConfig }: ReturnType<typeof extension>): Fields<typeof HttpFilterSchema> {
  return { name, configType: { case: "typedConfig", value: typedConfig } };
}
