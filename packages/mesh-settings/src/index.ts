export { meshSettings } from "./mesh-settings.ts";
export { type MeshVariables, meshVariables } from "./mesh-variables.ts";
