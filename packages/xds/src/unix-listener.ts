import { once } from "node:events";
import { chmodSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import type { Server } from "node:net";
import { dirname } from "node:path";
import { MeshError } from "@fairlead/core";

/** `sun_path` holds 108 bytes with its closing zero; the name is a little longer while the socket is prepared. */
const PATH_MAX_BYTES = 100;

/** A socket file of ours. */
export interface UnixListener {
  /** Removes the file, unless another process has put its own there meanwhile. */
  remove(): void;
}

/**
 * Listens on a Unix socket whose file has `mode`. The file appears at its path ready and with that mode, in place of
 * any left behind by a process that was killed.
 */
export async function listenUnix(server: Server, path: string, mode: number): Promise<UnixListener> {
  if (Buffer.byteLength(path) > PATH_MAX_BYTES) {
    throw new MeshError("invalid_field", {
      public: `The socket path ${path} is longer than ${PATH_MAX_BYTES} bytes, more than the system can bind. Choose a shorter one.`,
    });
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  server.listen(temporary);
  await once(server, "listening");
  chmodSync(temporary, mode);
  renameSync(temporary, path);
  const { ino } = statSync(path);
  return {
    remove: () => {
      if (statSync(path, { throwIfNoEntry: false })?.ino === ino) rmSync(path, { force: true });
    },
  };
}
