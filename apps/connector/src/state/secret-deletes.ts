import { MeshError } from "@fairlead/core";
import { z } from "zod";
import type { DeleteCounts } from "../guard/delete-counts.ts";
import type { DeleteLog } from "../guard/delete-log.ts";
import { SecretFile, type SecretFileOptions } from "./secret-file.ts";
import { checksum, corrupt } from "./secret-head.ts";

/** Name of the Secret. */
export const DELETES_SECRET = "fairlead-connector-deletes";

const schema = z.array(z.tuple([z.int(), z.int()]));

export interface SecretDeletesOptions extends SecretFileOptions {
  /** Somebody else counts too: this process must end at once. */
  readonly onLost: (error: unknown) => void;
}

/** The guard's count of deletions as a Secret, so that it holds across replicas. */
export class SecretDeletes implements DeleteLog {
  readonly #options: SecretDeletesOptions;
  readonly #file: SecretFile;

  constructor(options: SecretDeletesOptions) {
    this.#options = options;
    this.#file = new SecretFile(DELETES_SECRET, options);
  }

  async recentDeletes(): Promise<DeleteCounts> {
    const content = await this.#file.read();
    if (content === undefined) return new Map();
    const { counts = Buffer.alloc(0), sha256 = Buffer.alloc(0) } = content;
    if (Buffer.from(sha256).toString() === checksum([counts])) {
      const parsed = schema.safeParse(JSON.parse(Buffer.from(counts).toString()));
      if (parsed.success) return new Map(parsed.data);
    }
    throw corrupt(DELETES_SECRET, "does not match its checksum");
  }

  async record(deleted: DeleteCounts): Promise<void> {
    const counts = Buffer.from(JSON.stringify([...deleted]));
    try {
      await this.#file.write({ counts, sha256: Buffer.from(checksum([counts])) });
    } catch (error) {
      if (MeshError.from(error).code === "revision_mismatch") this.#options.onLost(error);
      throw error;
    }
  }
}
