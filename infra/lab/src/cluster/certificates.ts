import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "../machine/run.ts";
import type { CertificatePlan } from "../plan/certificate-plan.ts";
import type { ClusterPlan } from "../plan/cluster-plan.ts";

/** How long a lab's certificates hold. */
const DAYS = "365";

/** Issues every certificate of the cluster into `<cluster directory>/pki` and gives the nodes what is theirs. */
export async function issueCertificates(cluster: ClusterPlan): Promise<void> {
  const folder = pkiFolder(cluster);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { certificates } = cluster;
  await Promise.all(certificates.filter(({ use }) => use === "authority").map((plan) => issue(folder, plan)));
  await Promise.all(certificates.filter(({ use }) => use !== "authority").map((plan) => issue(folder, plan)));
  for (const node of cluster.nodes) {
    const target = join(node.root, node.pki);
    mkdirSync(target, { recursive: true, mode: 0o700 });
    copyFileSync(join(folder, "ca.crt"), join(target, "ca.crt"));
    for (const plan of certificates.filter((one) => one.node === undefined || one.node === node.name)) {
      for (const file of [`${plan.name}.crt`, `${plan.name}.key`]) copyFileSync(join(folder, file), join(target, file));
    }
  }
}

/** Where the cluster's certificates and keys are, the administrator's among them. */
export function pkiFolder(cluster: ClusterPlan): string {
  return join(cluster.directory, "pki");
}

async function issue(folder: string, plan: CertificatePlan): Promise<void> {
  const file = (name: string, kind: "crt" | "key") => join(folder, `${name}.${kind}`);
  const extensions = [
    ...(plan.use === "authority"
      ? ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"]
      : [
          "basicConstraints=critical,CA:FALSE",
          "keyUsage=critical,digitalSignature",
          `extendedKeyUsage=${usage[plan.use]}`,
        ]),
    ...(plan.names.length === 0 ? [] : [`subjectAltName=${plan.names.join(",")}`]),
  ];
  await run([
    "openssl",
    "req",
    "-x509",
    // Nothing of the machine's own OpenSSL configuration has a say.
    "-config",
    "/dev/null",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    DAYS,
    "-subj",
    plan.subject,
    ...extensions.flatMap((extension) => ["-addext", extension]),
    ...(plan.signer === plan.name ? [] : ["-CA", file(plan.signer, "crt"), "-CAkey", file(plan.signer, "key")]),
    "-keyout",
    file(plan.name, "key"),
    "-out",
    file(plan.name, "crt"),
  ]);
}

const usage = {
  server: "serverAuth",
  client: "clientAuth",
  "server and client": "serverAuth,clientAuth",
} as const satisfies Record<Exclude<CertificatePlan["use"], "authority">, string>;
