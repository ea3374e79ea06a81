import type { CertificateUse } from "@fairlead/mesh-model";
import type { NodeCertificate } from "@fairlead/tunnel";

/** A TLS Secret in use as it is reported. Field by field: what is not named here stays on the node. */
export function nodeCertificate({ secret, usedBy, facts, problem = "" }: CertificateUse): NodeCertificate {
  const [namespace = "", name = ""] = secret.split("/");
  return {
    namespace,
    name,
    usedBy,
    problem,
    facts: facts && {
      names: facts.names,
      notBefore: facts.notBefore,
      notAfter: facts.notAfter,
      issuer: facts.issuer,
      fingerprint: facts.fingerprint,
    },
  };
}
