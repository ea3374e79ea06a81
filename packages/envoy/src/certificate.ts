import { create } from "@bufbuild/protobuf";
import type { Certificate } from "@fairlead/mesh-model";
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
