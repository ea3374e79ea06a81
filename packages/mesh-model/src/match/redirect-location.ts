import { ANY_HOST } from "../hosts.ts";
import type { PathMatch, RedirectAction } from "../model.ts";
import type { EffectiveRequest } from "./answer.ts";
import { rewritePath } from "./rewrite-path.ts";

/** The `Location` of a redirect; `tableHost` is the host whose routes were tried. */
export function redirectLocation(
  action: RedirectAction,
  match: PathMatch,
  request: EffectiveRequest,
  tableHost: string,
): string {
  const scheme = action.scheme ?? request.scheme;
  const port = action.port === undefined ? "" : `:${action.port}`;
  const host = action.host ?? requestHost(request, tableHost, scheme, action.port !== undefined);
  return `${scheme}://${host}${port}${rewritePath(request.path, match, action.path)}`;
}

// Where the host of the table is known it stands in for what the client wrote; under a wildcard the client's words stay,
// and its port as well unless another is written or it is the old scheme's own.
function requestHost(request: EffectiveRequest, tableHost: string, scheme: string, portGiven: boolean): string {
  const isExact = !tableHost.startsWith(ANY_HOST);
  if (isExact && !portGiven) return tableHost;
  const { host } = request;
  const end = host.startsWith("[") ? host.lastIndexOf("]:") + 1 : host.lastIndexOf(":");
  if (end <= 0) return host;
  const ownPort = request.scheme === "https" ? ":443" : ":80";
  const removed = portGiven || (scheme !== request.scheme && host.slice(end) === ownPort);
  return removed ? host.slice(0, end) : host;
}
