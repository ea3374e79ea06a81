import { generateKeyPairSync, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { cachePath } from "./cache.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { ensureGoModule } from "./go.ts";
import { startProgram } from "./program.ts";
import { tempDir } from "./temp-dir.ts";

/** The release of kube-apiserver that tests run against. */
const KUBERNETES_VERSION = "1.33.4";

const GATEWAY_API = { path: "sigs.k8s.io/gateway-api", version: "v1.2.0" };
const ETCD = "/usr/bin/etcd";

/** A real API server on a real etcd, with garbage collection and nothing else: no nodes, no scheduler. Disposing takes all of it away. */
export interface KubeApiserver extends AsyncDisposable {
  /** Path of a kubeconfig of its administrator. */
  readonly kubeconfig: string;
  /** `https://127.0.0.1:<port>` */
  readonly server: string;
  /** Applies a manifest of one object (YAML or JSON) at its path, as `kubectl apply --server-side` would. */
  apply(path: string, manifest: string): Promise<void>;
}

/** Why no API server can be started on this machine; undefined when one can. Whoever asks must report what was skipped. */
export function kubeApiserverMissing(): string | undefined {
  const binary = binaryPath("kube-apiserver");
  if (!existsSync(binary)) return `${binary} is not built; bringing up the lab builds it`;
  return existsSync(ETCD) ? undefined : `${ETCD} is not there; install etcd-server`;
}

/** Starts etcd and kube-apiserver with the Gateway API's standard kinds. Throws when {@link kubeApiserverMissing}. */
export async function startKubeApiserver(): Promise<KubeApiserver> {
  const missing = kubeApiserverMissing();
  if (missing !== undefined) throw new Error(missing);
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await tempDir("apiserver"));
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
  const at = (name: string) => join(folder.path, name);
  const etcdUrl = `http://127.0.0.1:${client}`;
  const etcd = startProgram({
    command: ETCD,
    args: [
      `--data-dir=${at("etcd")}`,
      "--unsafe-no-fsync",
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
    ],
  });
  stack.defer(() => etcd.stop());
  const token = randomUUID();
  writeFileSync(at("tokens.csv"), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(at("sa.key"), privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  const apiserver = startProgram({
    command: binaryPath("kube-apiserver"),
    args: [
      `--etcd-servers=${etcdUrl}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${port}`,
      `--cert-dir=${at("certificates")}`,
      `--token-auth-file=${at("tokens.csv")}`,
      "--authorization-mode=RBAC",
      "--anonymous-auth=false",
      "--service-cluster-ip-range=10.96.0.0/16",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${at("sa.key")}`,
      `--service-account-signing-key-file=${at("sa.key")}`,
      // Without the controller that makes the default account, pods could not be admitted; nothing here has any.
      "--disable-admission-plugins=ServiceAccount",
    ],
  });
  stack.defer(() => apiserver.stop());
  const server = `https://127.0.0.1:${port}`;
  const kubeconfig = at("kubeconfig");
  writeFileSync(kubeconfig, kubeconfigOf(server, token), { mode: 0o600 });
  const call = (method: string, path: string, body?: string) => send({ server, token, method, path, body });
  const alive = () => {
    if (!apiserver.isRunning()) throw new Error(`kube-apiserver ended: ${apiserver.lines.slice(-5).join("\n")}`);
    return call("GET", "/readyz");
  };
  await eventually(alive, { timeoutMs: 60_000 });
  const apply = (path: string, manifest: string) =>
    call("PATCH", `${path}?fieldManager=testkit&force=true`, manifest).then(() => {});
  await installGatewayApi(apply, call);
  // What owners take along and what a namespace holds goes by these, not by the API server; they learn of kinds at their start.
  const controllers = startProgram({
    command: binaryPath("kube-controller-manager"),
    args: [
      `--kubeconfig=${kubeconfig}`,
      "--controllers=garbage-collector-controller,namespace-controller",
      "--leader-elect=false",
      "--secure-port=0",
    ],
  });
  stack.defer(() => controllers.stop());
  const running = stack.move();
  return { kubeconfig, server, apply, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function binaryPath(component: "kube-apiserver" | "kube-controller-manager"): string {
  return cachePath(`kubernetes-${KUBERNETES_VERSION}`, component);
}

async function installGatewayApi(
  apply: KubeApiserver["apply"],
  call: (method: string, path: string) => Promise<string>,
): Promise<void> {
  const module = await ensureGoModule(GATEWAY_API.path, GATEWAY_API.version);
  if ("missing" in module) throw new Error(module.missing);
  const folder = join(module.directory, "config/crd/standard");
  const served: string[] = [];
  for (const file of readdirSync(folder).filter((name) => name.startsWith("gateway.networking"))) {
    const text = readFileSync(join(folder, file), "utf8");
    const name = /^ {2}name: (\S+)$/m.exec(text)?.[1] ?? "";
    await apply(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`, text);
    served.push(name.slice(0, name.indexOf(".")));
  }
  await eventually(
    async () => {
      const found = await Promise.all(
        ["v1", "v1beta1"].map((version) => call("GET", `/apis/gateway.networking.k8s.io/${version}`)),
      );
      const absent = served.filter((plural) => !found.some((text) => text.includes(`"${plural}"`)));
      if (absent.length > 0) throw new Error(`not served yet: ${absent.join(", ")}`);
    },
    { timeoutMs: 20_000 },
  );
}

interface Call {
  readonly server: string;
  readonly token: string;
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
}

/** The body of an answer; throws its text unless it is a success. */
function send({ server, token, method, path, body }: Call): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/apply-patch+yaml" };
    // Its certificate is made at each start by itself, and nobody else is on this machine's loopback address.
    const options = { method, headers, rejectUnauthorized: false, timeout: 10_000 };
    const call = request(`${server}${path}`, options, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        text += part;
      });
      answer.on("error", reject);
      answer.on("end", () => {
        if ((answer.statusCode ?? 500) < 300) resolve(text);
        else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 500)}`));
      });
    });
    call.on("timeout", () => call.destroy(new Error(`${method} ${path}: no answer`)));
    call.on("error", reject);
    call.end(body);
  });
}

function kubeconfigOf(server: string, token: string): string {
  const name = "test";
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: "default" } }],
  });
}
