import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MeshError, Secret } from "@fairlead/core";
import { z } from "zod";
import type { Io } from "./io.ts";

/** Flags every command takes. */
const globalFlags = z.object({
  apiUrl: z.string().optional(),
  token: z.string().optional(),
  project: z.string().optional(),
  output: z.enum(["table", "wide", "json", "yaml"]).default("table"),
});

/** How results are printed. */
export type OutputFormat = "table" | "json" | "yaml";

/** Where the API is and who we are there. */
export interface Settings {
  readonly apiUrl: string;
  readonly token: Secret<string> | undefined;
  /** Id or name. */
  readonly project: string | undefined;
  readonly output: OutputFormat;
  /** Tables with every column there is. */
  readonly isWide: boolean;
}

/** How results are to be printed, for commands that may do without an API. */
export function readOutput(flags: unknown): OutputFormat {
  const { output } = globalFlags.parse(flags);
  return output === "wide" ? "table" : output;
}

/** What `npm start` writes into the working directory. */
const endpointsFile = z.object({
  apiUrl: z.string().optional(),
  token: z.string().optional(),
  project: z.string().optional(),
});

const ENDPOINTS = ".fairlead/endpoints.json";

/** Flags win over the environment, which wins over `.fairlead/endpoints.json`. Throws `invalid_field` when there is no API to talk to. */
export function readSettings(flags: unknown, io: Io): Settings {
  const given = globalFlags.parse(flags);
  const url = given.apiUrl ?? nonEmpty(io.env.FAIRLEAD_API_URL);
  const file = readEndpoints(io.cwd);
  const apiUrl = url ?? file.apiUrl;
  if (apiUrl === undefined) {
    throw new MeshError("invalid_field", {
      public: `No API to talk to: give --api-url, set FAIRLEAD_API_URL, or run where \`npm start\` has written ${ENDPOINTS}.`,
    });
  }
  if (!URL.canParse(apiUrl)) {
    throw new MeshError("invalid_field", {
      public: `"${apiUrl}" is no URL; the API's looks like https://api.example.com`,
    });
  }
  // A token of the file belongs to the file's API: it is not sent anywhere else.
  const sameApi = url === undefined || sameOrigin(url, file.apiUrl);
  const token = given.token ?? nonEmpty(io.env.FAIRLEAD_TOKEN) ?? (sameApi ? file.token : undefined);
  return {
    apiUrl,
    token: token === undefined ? undefined : new Secret(token),
    project: given.project ?? nonEmpty(io.env.FAIRLEAD_PROJECT) ?? (sameApi ? file.project : undefined),
    output: given.output === "wide" ? "table" : given.output,
    isWide: given.output === "wide",
  };
}

function readEndpoints(cwd: string): z.output<typeof endpointsFile> {
  const path = join(cwd, ENDPOINTS);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return {};
  }
  try {
    return endpointsFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new MeshError("malformed_body", {
      public: `${ENDPOINTS} cannot be read: it is not what \`npm start\` writes.`,
      cause,
    });
  }
}

function sameOrigin(url: string, other: string | undefined): boolean {
  return (
    other !== undefined && URL.canParse(url) && URL.canParse(other) && new URL(url).origin === new URL(other).origin
  );
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
