import { MeshError } from "@fairlead/core";
import { encodeChanges } from "./batch-codec.ts";
import type { SecretLimits } from "./secret-limits.ts";
import type { StoredChange } from "./state-log.ts";

/** A whole bundle in pieces of at most a Secret's size each. Each can be read by itself. */
export async function encodeSnapshot(changes: Iterable<StoredChange>, limits: SecretLimits): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  let members: Uint8Array[] = [];
  let size = 0;
  for (const member of await encodeChanges(changes, Math.min(256 * 1024, limits.secretBytes / 2))) {
    if (member.length > limits.secretBytes) throw tooLarge(member.length, limits);
    if (size + member.length > limits.secretBytes) {
      pieces.push(Buffer.concat(members));
      members = [];
      size = 0;
    }
    members.push(member);
    size += member.length;
  }
  if (members.length > 0) pieces.push(Buffer.concat(members));
  return pieces;
}

/** `body_too_large`: how much there is, how much there may be, and what follows. */
export function tooLarge(bytes: number, { secretBytes, secretsPerHalf }: SecretLimits): MeshError {
  return new MeshError("body_too_large", {
    public:
      `The bundle takes ${bytes} bytes compressed; ${secretsPerHalf} Secrets of ${secretBytes} bytes are there for it. ` +
      "Only keys and revisions are kept: after a restart the cloud has to say all of it again.",
  });
}
