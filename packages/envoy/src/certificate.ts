import { create } from "@bufbuild/protobuf";
import type { Certificate } from "@fairlead/mesh-model";
import { checkCertificate } from "./checks/certificate.ts";
import type { Finding } from "./checks/finding.ts";
import { SecretSchema } from "./gen/envoy/extensions/transport_sockets/tls/v3/secret_pb.js";
import { type EnvoyResource, resource } from "./resource.ts";
import { TYPE_URL } from "./type-url.ts";

/** The secret of a certificate. Its body holds the private key: it goes to Envoy and nowhere else. */
export function translateCertificate({ name, chain, key, sources }: Certificate): EnvoyResource {
  const message = create(SecretSchema, {
    name,
    type: {
      case: "tlsCertificate",
      value: {
        certificateChain: { specifier: { case: "inlineString", value: chain } },
        privateKey: { specifier: { case: "inlineString", value: key } },
      },
    },
  });
  return resource(TYPE_URL.secret, name, SecretSchema, message, sources);
}

/** Why Envoy would refuse a certificate, told of each object it came from. The value is the certificate's name, never its key. */
export function certificateFindings({ name, chain, key, sources }: Certificate): Finding[] {
  const reason = checkCertificate(chain, key);
  if (reason === undefined) return [];
  return sources.map((object) => ({ origin: { object, field: "data" }, value: name, reason }));
}
