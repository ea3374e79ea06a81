import { judgeCertificate } from "../certificates.ts";
import type { Drawing, Finding } from "./drawing.ts";

/** What the nodes report of these Secrets (`<namespace>/<name>`) that is not as it should be. */
export function certificateFindings({ certificates, now }: Drawing, secrets: readonly string[]): Finding[] {
  return secrets.flatMap((secret): Finding[] => {
    const certificate = certificates.get(secret);
    // Not reported: no node uses it yet, or its agent does not tell.
    if (certificate === undefined) return [];
    const { state, message } = judgeCertificate(certificate, now);
    if (state === "valid")
      return message === "" ? [] : [{ state: "warning", detail: `certificate ${secret}: ${message}` }];
    return [{ state: state === "expiring" ? "warning" : "error", detail: `certificate ${secret}: ${message}` }];
  });
}
