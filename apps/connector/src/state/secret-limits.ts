/** How state is laid out in Secrets: 0 holds head and log, then come two halves for snapshots, then one for what was damaged. */
export interface SecretLimits {
  /** Most that one Secret holds, in bytes. The API server takes 1 MiB of data, etcd 1.5 MiB of request. */
  readonly secretBytes: number;
  /** Secrets of one snapshot. */
  readonly secretsPerHalf: number;
  /** A log longer than this, or than a quarter of its snapshot, makes way for a new snapshot, in bytes. */
  readonly minLogBytes: number;
}

export const SECRET_LIMITS: SecretLimits = { secretBytes: 900_000, secretsPerHalf: 31, minLogBytes: 64 * 1024 };

/** Most that a log may hold, so that head and log fit one Secret, in bytes. */
export function maxLogBytes(limits: SecretLimits, snapshotBytes: number): number {
  return Math.min(limits.secretBytes - 4_096, Math.max(limits.minLogBytes, snapshotBytes / 4));
}

/** Name of the Secret with this number. */
export function secretName(number: number): string {
  return `fairlead-bundle-${number}`;
}
