import { type EnsuredTool, ensureGoTool } from "./go-tool.ts";

const HELM = { name: "helm", package: "helm.sh/helm/v4/cmd/helm", version: "v4.3.1" };
const HELM_3 = { name: "helm", package: "helm.sh/helm/v3/cmd/helm", version: "v3.22.0" };
const UNITTEST = {
  name: "helm-unittest",
  package: "github.com/helm-unittest/helm-unittest/cmd/helm-unittest",
  version: "v1.1.2",
  module: "github.com/helm-unittest/helm-unittest",
};
const KUBECONFORM = {
  name: "kubeconform",
  package: "github.com/yannh/kubeconform/cmd/kubeconform",
  version: "v0.8.0",
};

/** What charts are checked with. */
export type HelmTools = Readonly<Record<"helm" | "helm3" | "unittest" | "kubeconform", EnsuredTool>>;

/** The current Helm, the one before it, and the checkers of charts, each built on first use, one after the other. */
export async function ensureHelm(): Promise<HelmTools> {
  return {
    kubeconform: await ensureGoTool(KUBECONFORM),
    helm: await ensureGoTool(HELM),
    helm3: await ensureGoTool(HELM_3),
    unittest: await ensureGoTool(UNITTEST),
  } satisfies Record<string, EnsuredTool>;
}
