import { run } from "./run.ts";

/** What images say about the sources they were made from. */
export interface Revision {
  /** The commit, with `-dirty` when the tree differs from it; `unknown` outside a clone. */
  readonly revision: string;
  /** RFC 3339, in UTC: `SOURCE_DATE_EPOCH` (seconds) where it is set, else the commit's date, else 1970. */
  readonly created: string;
}

/** Asks git and the environment. Throws when `SOURCE_DATE_EPOCH` is no number. */
export async function revisionOf(
  root: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Revision> {
  const git = (...args: string[]) => run("git", ["-C", root, ...args]).then((text) => text.trim());
  const commit = await git("rev-parse", "HEAD").catch(() => undefined);
  const isDirty = commit !== undefined && (await git("status", "--porcelain")) !== "";
  const seconds = env.SOURCE_DATE_EPOCH ?? (commit === undefined ? "0" : await git("log", "-1", "--format=%ct"));
  if (!/^\d{1,11}$/.test(seconds)) {
    throw new Error(`SOURCE_DATE_EPOCH must be seconds since 1970, not ${JSON.stringify(seconds)}`);
  }
  return {
    revision: commit === undefined ? "unknown" : `${commit}${isDirty ? "-dirty" : ""}`,
    created: new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z"),
  };
}
