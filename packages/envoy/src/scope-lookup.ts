import { ADS } from "./config-source.ts";
import { extension, type Fields } from "./extension.ts";
import { HeaderValueOption_HeaderAppendAction } from "./gen/envoy/config/core/v3/base_pb.js";
import type { ScopedRoutesSchema } from "./gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import { HeaderMutationSchema } from "./gen/envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation_pb.js";

/** Carries `<chain id>|<host>` inside Envoy. Whatever a client sends under this name is overwritten; backends never see it. */
export const SCOPE_HEADER = "x-fairlead-scope";

/** Overwrites {@link SCOPE_HEADER} before anything reads it, routing included. */
export function scopeMutation(chain: string) {
  return extension("envoy.http.early_header_mutation.header_mutation", HeaderMutationSchema, {
    mutations: [
      {
        action: {
          case: "append",
          value: {
            header: { key: SCOPE_HEADER, value: `${chain.replaceAll("%", "%%")}|%REQ(:AUTHORITY)%` },
            appendAction: HeaderValueOption_HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD,
          },
        },
      },
    ],
  });
}

/** Finds the route configuration whose scope key equals {@link SCOPE_HEADER}. Scopes are shared by all chains, keys are not. */
export const SCOPED_ROUTES: Fields<typeof ScopedRoutesSchema> = {
  name: "hosts",
  scopeKeyBuilder: {
    fragments: [
      {
        type: {
          case: "headerValueExtractor",
          value: { name: SCOPE_HEADER, extractType: { case: "index", value: 0 } },
        },
      },
    ],
  },
  rdsConfigSource: ADS,
  configSpecifier: { case: "scopedRds", value: { scopedRdsConfigSource: ADS } },
};
