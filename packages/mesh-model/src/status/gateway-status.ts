import type { Gateway, RouteGroupKind } from "@fairlead/kubernetes-types";
import { isUsable, type ListenerShape } from "../gateway/listener.ts";
import type { CertificateValidity } from "../gateway/listener-certificates.ts";
import type { ListenerServing } from "../gateway/serving.ts";
import type { GatewayView } from "../mesh-index.ts";
import { negative, positive, type Verdict } from "../verdict.ts";
import { type ConditionDraft, condition } from "./condition.ts";

/** Status of a Gateway without times; its addresses are their allocator's to write. */
export interface GatewayStatusDraft {
  readonly conditions: readonly ConditionDraft[];
  readonly listeners: readonly ListenerStatusDraft[];
}

export interface ListenerStatusDraft {
  readonly name: string;
  readonly supportedKinds: readonly RouteGroupKind[];
  readonly attachedRoutes: number;
  readonly conditions: readonly ConditionDraft[];
}

/** What only the allocator of addresses knows. */
export interface GatewayStatusOptions {
  /** What it is about to get, where that is known before its status says so. Default: the addresses in its status. */
  readonly addresses?: readonly string[];
  /** Why it has no address, when the wait is not just a matter of time. */
  readonly addressProblem?: Verdict;
  /** Milliseconds since 1970, to tell certificates that are not good now; left out, nothing is said of that. */
  readonly now?: number;
}

/** What to write into the status of a Gateway of ours. */
export function gatewayStatus(
  gateway: Gateway,
  { shape, serving, attachedRoutes }: GatewayView,
  { addresses, addressProblem, now }: GatewayStatusOptions = {},
): GatewayStatusDraft {
  const listeners = shape.listeners.map((listener, index) => ({ shape: listener, serving: serving.listeners[index] }));
  const hasAddress = (addresses ?? serving.addresses).length > 0;
  return {
    conditions: [
      condition(gateway, "Accepted", judgeAcceptance(gateway, shape.listeners)),
      condition(gateway, "Programmed", judgeProgrammed(serving.listeners, hasAddress, addressProblem)),
    ],
    listeners: listeners.map(({ shape: listener, serving: served }) => ({
      name: listener.name,
      supportedKinds: listener.supportedKinds,
      attachedRoutes: attachedRoutes[listener.name] ?? 0,
      conditions: [
        condition(gateway, "Accepted", listener.accepted),
        condition(gateway, "Programmed", judgeListener(listener, served, hasAddress)),
        condition(gateway, "ResolvedRefs", warnOfExpiry(served?.resolvedRefs ?? listener.kinds, served?.validity, now)),
        condition(gateway, "Conflicted", listener.conflicted),
      ],
    })),
  };
}

/**
 * When the status of a Gateway has to be computed again although nothing changed: the next time a certificate becomes
 * or stops being good, in milliseconds since 1970; undefined when none will.
 */
export function nextStatusChange({ serving }: GatewayView, now: number): number | undefined {
  const times = serving.listeners
    .flatMap(({ validity }) => validity)
    .flatMap(({ notBefore, notAfter }) => [Date.parse(notBefore), Date.parse(notAfter) + 1_000])
    .filter((time) => time > now);
  return times.length === 0 ? undefined : Math.min(...times);
}

// A certificate that is not good now is served all the same: some clients look away, and taking the listener down
// would be an outage of our own making. The status says so.
function warnOfExpiry(verdict: Verdict, validity: readonly CertificateValidity[] = [], now?: number): Verdict {
  if (now === undefined) return verdict;
  const warnings = validity.flatMap(({ secret, notBefore, notAfter }) => {
    if (Date.parse(notAfter) < now) return [`the certificate in Secret ${secret} expired at ${notAfter}`];
    return Date.parse(notBefore) > now ? [`the certificate in Secret ${secret} is not valid before ${notBefore}`] : [];
  });
  return warnings.length === 0 ? verdict : { ...verdict, message: [verdict.message, ...warnings].join("; ") };
}

function judgeAcceptance(gateway: Gateway, listeners: readonly ListenerShape[]): Verdict {
  const parameters = gateway.spec.infrastructure?.parametersRef;
  if (parameters !== undefined) {
    const { kind, name } = parameters;
    const message = `spec.infrastructure.parametersRef names ${kind} ${name}; this controller takes no parameters`;
    return negative("InvalidParameters", message);
  }
  const other = gateway.spec.addresses?.find(({ type }) => (type ?? "IPAddress") !== "IPAddress");
  if (other !== undefined) {
    return negative("UnsupportedAddress", `Addresses of type ${other.type} are not supported; use IPAddress`);
  }
  const refused = listeners.filter((listener) => !isUsable(listener)).map(({ name }) => name);
  if (refused.length === 0) return positive("Accepted", "Gateway accepted");
  const message = `Listeners not accepted: ${refused.join(", ")}`;
  return refused.length === listeners.length
    ? negative("ListenersNotValid", message)
    : positive("ListenersNotValid", message);
}

function judgeProgrammed(
  listeners: readonly ListenerServing[],
  hasAddress: boolean,
  addressProblem: Verdict | undefined,
): Verdict {
  if (!listeners.some(({ ready }) => ready)) return negative("Invalid", "No listener can be served");
  if (addressProblem !== undefined) return addressProblem;
  if (!hasAddress) return negative("AddressNotAssigned", "Waiting for an address");
  return positive("Programmed", "Gateway programmed");
}

function judgeListener(listener: ListenerShape, serving: ListenerServing | undefined, hasAddress: boolean): Verdict {
  if (!isUsable(listener)) return negative("Invalid", listener.accepted.message);
  if (serving?.ready !== true) return negative("Invalid", serving?.resolvedRefs.message ?? "Listener cannot be served");
  if (!hasAddress) return negative("Pending", "Waiting for an address");
  return positive("Programmed", "Listener programmed");
}
