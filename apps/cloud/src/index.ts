export type { ApiApp, ApiDeps } from "./api/api-env.ts";
export { createApi } from "./api/create-api.ts";
export { type CloudConfig, readCloudConfig } from "./process/config.ts";
export { type Cloud, startCloud } from "./process/start-cloud.ts";
