import { kubeApiserverMissing } from "@fairlead/testkit";
import { TestApiServer } from "./test-connector.ts";

const missing = kubeApiserverMissing();

/** The API servers that cases run against which depend on what one really does. The second may be missing here. */
export const API_SERVERS = [
  { title: "the object server", isReal: false, start: () => TestApiServer.start(), skipped: false },
  {
    title: `kube-apiserver${missing === undefined ? "" : ` (${missing})`}`,
    isReal: true,
    start: () => TestApiServer.startReal(),
    skipped: missing !== undefined,
  },
];
