import { spawnSync } from "node:child_process";
import { chownSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** How to run a program that refuses to run as root, so that it can use one folder. */
export interface Unprivileged {
  /** Put before the command. */
  readonly prefix: readonly string[];
  readonly user?: { readonly uid: number; readonly gid: number };
}

/**
 * PostgreSQL refuses to run as root. An ordinary user runs it as is. Root runs it, in this order,
 * - as the owner of the folder's parent, when that is somebody else (`sudo` in a user's tree);
 * - in a user namespace where root has another number: files stay root's, and any parent folder works, a 0700 home too;
 * - as the system user `postgres` or `nobody`, who must be able to reach the folder.
 * Makes the folder theirs. Throws, saying what was tried, when none of it works.
 */
export function unprivilegedFor(folder: string): Unprivileged {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const owner = statSync(dirname(resolve(folder)));
  if (owner.uid !== 0) return asUser(folder, { uid: owner.uid, gid: owner.gid });
  const unshare = ["unshare", "--user", "--map-user=1000", "--map-group=1000"] as const;
  const [command, ...args] = unshare;
  const attempt = spawnSync(command, [...args, "true"], { encoding: "utf8" });
  if (attempt.status === 0) return { prefix: unshare };
  const namespaceProblem = attempt.error?.message ?? attempt.stderr.trim();
  for (const name of ["postgres", "nobody"]) {
    const user = systemUser(name);
    if (user === undefined) continue;
    const answer = asUser(folder, user);
    if (spawnSync("test", ["-w", folder], user).status === 0) return answer;
  }
  throw new Error(
    `PostgreSQL does not run as root, and there is no way around it here: no user namespace (${namespaceProblem}), ` +
      `and neither postgres nor nobody can write to ${folder}. Start as an ordinary user, or set DATABASE_URL.`,
  );
}

function asUser(folder: string, user: { uid: number; gid: number }): Unprivileged {
  chownSync(folder, user.uid, user.gid);
  return { prefix: [], user };
}

function systemUser(name: string): { uid: number; gid: number } | undefined {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}
