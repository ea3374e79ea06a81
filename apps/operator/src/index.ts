export { Operator, type OperatorOptions } from "./operator.ts";
export { readSettings, type Settings } from "./settings.ts";
