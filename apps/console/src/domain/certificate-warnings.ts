/** A TLS certificate in use, as the API reports it. */
export interface CertificateFacts {
  readonly namespace: string;
  readonly name: string;
  readonly notAfter: string | null;
  readonly state: "valid" | "expiring" | "expired" | "unusable";
}

/** What a banner says of the certificates of some clusters; undefined when all are in order. */
export interface CertificateWarning {
  readonly severity: "warning" | "error";
  readonly text: string;
}

/** Whole days until a certificate ends; negative when it has. Undefined when its end is not known. */
function daysLeft(notAfter: string | null, nowMs: number): number | undefined {
  return notAfter === null ? undefined : Math.floor((Date.parse(notAfter) - nowMs) / 86_400_000);
}

/** How long a certificate is still good for, in words. */
export function validityWords(notAfter: string | null, nowMs: number): string {
  const days = daysLeft(notAfter, nowMs);
  if (days === undefined) return "end not known";
  if (days < 0) return `ended ${-days} ${days === -1 ? "day" : "days"} ago`;
  return days === 0 ? "ends today" : `${days} ${days === 1 ? "day" : "days"} left`;
}

/** One line over all certificates that need someone: the worst state gives the severity. */
export function certificateWarning(certificates: readonly CertificateFacts[]): CertificateWarning | undefined {
  const names = (state: CertificateFacts["state"]) =>
    certificates.filter((one) => one.state === state).map(({ namespace, name }) => `${namespace}/${name}`);
  const parts = [
    phrase(names("expired"), "has expired", "have expired"),
    phrase(names("unusable"), "cannot be used", "cannot be used"),
    phrase(names("expiring"), "expires soon", "expire soon"),
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  const severity = certificates.some(({ state }) => state === "expired" || state === "unusable") ? "error" : "warning";
  return { severity, text: `${parts.join("; ")}.` };
}

function phrase(names: readonly string[], one: string, many: string): string | undefined {
  const unique = [...new Set(names)].sort();
  if (unique.length === 0) return undefined;
  const shown = unique.slice(0, 3).join(", ");
  const more = unique.length > 3 ? ` and ${unique.length - 3} more` : "";
  return `${unique.length === 1 ? "certificate" : "certificates"} ${shown}${more} ${unique.length === 1 ? one : many}`;
}
