import { accessSync, constants, readdirSync, readFileSync } from "node:fs";

/**
 * When a process started, in clock ticks since boot; undefined when there is none with this id. A pid with its start
 * time never names another process later. Source: proc(5), /proc/pid/stat field 22.
 */
export function processStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Names of the pid files in a folder. */
export function readPidFiles(directory: string): string[] {
  return readdirSync(directory).flatMap((file) => (file.endsWith(".pid") ? [file.slice(0, -4)] : []));
}

/** The first of these programs that this machine has. */
export function findProgram(name: string): string | undefined {
  for (const directory of ["/usr/bin", "/bin", "/usr/local/bin"]) {
    try {
      accessSync(`${directory}/${name}`, constants.X_OK);
      return `${directory}/${name}`;
    } catch {}
  }
  return undefined;
}
