import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate chain, leaf first, and its key, both PEM. */
export interface PemPair {
  readonly chain: string;
  readonly key: string;
}

/** A self-signed certificate for a name or address, made by OpenSSL. `algorithm` is what `openssl req -newkey` takes. */
export function selfSigned(host: string, algorithm: readonly string[] = ["rsa:2048"]): PemPair {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-certificate-"));
  try {
    const keyFile = join(directory, "key.pem");
    const chainFile = join(directory, "chain.pem");
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-nodes",
        "-days",
        "2",
        "-subj",
        `/CN=${host}`,
        "-addext",
        `subjectAltName=${isIP(host) === 0 ? "DNS" : "IP"}:${host}`,
      ].concat(["-newkey", ...algorithm, "-keyout", keyFile, "-out", chainFile]),
      { stdio: "ignore" },
    );
    return { chain: readFileSync(chainFile, "utf8"), key: readFileSync(keyFile, "utf8") };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
