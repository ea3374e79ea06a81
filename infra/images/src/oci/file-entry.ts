/** A file, folder or symbolic link of an image's file system. Everything belongs to root unless it says otherwise. */
export type FileEntry = FolderEntry | RegularEntry | LinkEntry;

interface Named {
  /** From the root, without a leading or closing slash: `usr/bin/env`. */
  readonly path: string;
  /** Owner, user and group alike. Default 0. */
  readonly owner?: number;
}

export interface FolderEntry extends Named {
  readonly type: "folder";
  /** Permission bits. Default 0755. */
  readonly mode?: number;
}

export interface RegularEntry extends Named {
  readonly type: "file";
  readonly content: Uint8Array;
  /** Permission bits. Default 0644. */
  readonly mode?: number;
}

export interface LinkEntry extends Named {
  readonly type: "link";
  /** What it points to, as it is to be stored. */
  readonly target: string;
}

/** A folder. */
export function folder(path: string, mode = 0o755): FolderEntry {
  return { type: "folder", path, mode };
}

/** A file that may be run. */
export function program(path: string, content: Uint8Array): RegularEntry {
  return { type: "file", path, content, mode: 0o755 };
}

/** A file that is read; text is stored as UTF-8. */
export function file(path: string, content: Uint8Array | string): RegularEntry {
  return { type: "file", path, content: typeof content === "string" ? new TextEncoder().encode(content) : content };
}

/** A symbolic link. */
export function link(path: string, target: string): LinkEntry {
  return { type: "link", path, target };
}
