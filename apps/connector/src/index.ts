export { Connector, type ConnectorOptions } from "./connector.ts";
export { readSettings, type Settings } from "./settings.ts";
