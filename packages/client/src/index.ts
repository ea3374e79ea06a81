export { MeshError, Secret } from "@fairlead/core";
export { type ClientOptions, createClient, listAll } from "./client.ts";
export type { EventsOptions } from "./events.ts";
export type { Arguments, Call, CallOptions, Client, Result, RouteLike } from "./types.ts";
