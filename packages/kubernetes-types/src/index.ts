export type { ObjectKey } from "./object-key.ts";
