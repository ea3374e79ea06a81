import { createPrivateKey, X509Certificate } from "node:crypto";

const MIN_RSA_BITS = 2048;
const CURVES: ReadonlySet<string> = new Set(["prime256v1", "secp384r1", "secp521r1"]);
const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Why a certificate chain and its key (PEM) cannot be served; undefined: they can. Never quotes the key. */
export function checkCertificate(chain: string, key: string): string | undefined {
  const blocks = chain.match(BLOCK) ?? [];
  if (blocks.length === 0) return "holds no certificate in PEM form";
  let leaf: X509Certificate | undefined;
  for (const [index, block] of blocks.entries()) {
    const certificate = attempt(() => new X509Certificate(block));
    if (certificate === undefined) return `holds a certificate that cannot be read (number ${index + 1})`;
    leaf ??= certificate;
  }
  const privateKey = attempt(() => createPrivateKey(key));
  if (leaf === undefined || privateKey === undefined)
    return "holds a private key that cannot be read (PEM, not encrypted)";
  if (!leaf.checkPrivateKey(privateKey)) return "holds a private key that is not the certificate's";
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = leaf.publicKey;
  if (type === "rsa") {
    const bits = details?.modulusLength ?? 0;
    return bits < MIN_RSA_BITS ? `holds an RSA key of ${bits} bits; at least ${MIN_RSA_BITS} are needed` : undefined;
  }
  if (type === "ed25519") return undefined;
  if (type !== "ec") return `holds a key of type ${type ?? "unknown"}; RSA, ECDSA and Ed25519 can be served`;
  return CURVES.has(details?.namedCurve ?? "")
    ? undefined
    : "holds an ECDSA key on another curve than P-256, P-384 or P-521";
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // the caller says what could not be read
  }
}
