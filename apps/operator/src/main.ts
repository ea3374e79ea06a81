import { createLog, MeshError } from "@fairlead/core";
import { Operator } from "./operator.ts";
import { readSettings } from "./settings.ts";

const log = createLog({ app: "operator" });

try {
  const operator = await Operator.start({ settings: readSettings(), log });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      void operator[Symbol.asyncDispose]().finally(() => process.exit(0));
    });
  }
} catch (error) {
  const { public: message } = MeshError.from(error);
  log.error("operator cannot start", { error, reason: message });
  process.exitCode = 1;
}
