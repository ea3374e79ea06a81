import { fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/**
 * The descriptor inside a protoc-generated Python module (`AddSerializedFile(b'…')`), or undefined if there is none.
 * That literal is the serialized `google.protobuf.FileDescriptorProto` of the `.proto` file, comments left out.
 */
export function descriptorOfModule(python: string): FileDescriptorProto | undefined {
  const marker = "AddSerializedFile(b'";
  const start = python.indexOf(marker);
  if (start < 0) return undefined;
  return fromBinary(FileDescriptorProtoSchema, bytesLiteral(python, start + marker.length));
}

/** `roots` and everything they import, imports first. Names that `files` lacks are reported together. */
export function closure(files: ReadonlyMap<string, FileDescriptorProto>, roots: readonly string[]) {
  const found = new Map<string, FileDescriptorProto>();
  const missing: string[] = [];
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const file = files.get(name);
    if (file === undefined) {
      missing.push(name);
      return;
    }
    for (const dependency of file.dependency) visit(dependency);
    found.set(name, file);
  };
  for (const root of roots) visit(root);
  if (missing.length > 0) throw new Error(`no descriptor for ${missing.join(", ")}`);
  return [...found.values()];
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, "\\": 92, "'": 39, '"': 34 };

function bytesLiteral(source: string, start: number): Uint8Array {
  const bytes: number[] = [];
  let at = start;
  while (source[at] !== "'") {
    if (source[at] !== "\\") {
      bytes.push(source.charCodeAt(at++));
      continue;
    }
    const letter = source[at + 1] ?? "";
    const simple = SIMPLE_ESCAPES[letter];
    if (simple !== undefined) {
      bytes.push(simple);
      at += 2;
    } else if (letter === "x") {
      bytes.push(Number.parseInt(source.slice(at + 2, at + 4), 16));
      at += 4;
    } else {
      bytes.push(Number.parseInt(source.slice(at + 1, at + 4), 8));
      at += 4;
    }
  }
  return Uint8Array.from(bytes);
}
