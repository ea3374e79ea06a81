export { accessibilityProblems } from "./accessibility.ts";
export { cachePath } from "./cache.ts";
export {
  type Chromium,
  type ChromiumBinary,
  type ChromiumOptions,
  ensureChromium,
  type Locator,
  type Page,
  startChromium,
} from "./chromium.ts";
export { attempt, type CommandOptions, type CommandResult, run } from "./command.ts";
export { type Envoy, type EnvoyOptions, envoyBinary, startEnvoy } from "./envoy.ts";
export { type EventuallyOptions, eventually } from "./eventually.ts";
export { freePort } from "./free-port.ts";
export { ensureGoModule, findGo, type GoModule } from "./go.ts";
export { ensureHelm, type HelmTools } from "./helm.ts";
export { type HttpAnswer, type HttpGetOptions, httpGet } from "./http-get.ts";
export { type KubeApiserver, kubeApiserverMissing, startKubeApiserver } from "./kube-apiserver.ts";
export { ensureKubectl, KUBECTL_VERSION, type Kubectl } from "./kubectl.ts";
export { type Postgres, type PostgresOptions, startPostgres } from "./postgres.ts";
export { processCpuMs } from "./process-cpu.ts";
export { type Program, type ProgramOptions, startProgram } from "./program.ts";
export { type PemPair, selfSigned } from "./self-signed.ts";
export { ensureMoto, type Sqs, startSqs } from "./sqs.ts";
export { type TempDir, tempDir } from "./temp-dir.ts";
export { type TestDatabase, type TestDatabaseOptions, testDatabase } from "./test-database.ts";
