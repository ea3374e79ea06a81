import { applyCases } from "./apply-cases.ts";
import type { BatteryCase } from "./battery-context.ts";
import { objectCases } from "./object-cases.ts";
import { programCases } from "./program-cases.ts";
import { watchCases } from "./watch-cases.ts";

export { type BatteryCase, type BatteryContext, withBatteryContext } from "./battery-context.ts";

/** What every server that claims to be a Kubernetes API server must do for us: the object server as well as the real one. */
export const battery: readonly BatteryCase[] = [...objectCases, ...applyCases, ...watchCases, ...programCases];
