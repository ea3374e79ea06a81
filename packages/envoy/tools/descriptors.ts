import { fromBinary } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

/**
 * The descriptor inside a protoc-generated Python module (`AddSerializedFile(b'…')`), or undefined if there is none.
 * That literal is the serialized `google.protobuf.FileDescriptorProto` of the `.proto` file, comments left out.
 */
export function descriptorOfModule(python: string): FileDescriptorProto | undefined {
  const marker = "AddSerializedFile(b'";
  const start = python.indexOf(marker);
  if (start < 0) return undefined;
  const file = fromBinary(FileDescriptorProtoSchema, bytesLiteral(python, start + marker.length));
  for (const field of file.extension) nameForJson(field);
  for (const message of file.messageType) nameFieldsForJson(message);
  return file;
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

function nameFieldsForJson(message: DescriptorProto): void {
  for (const field of [...message.field, ...message.extension]) nameForJson(field);
  for (const nested of message.nestedType) nameFieldsForJson(nested);
}

/** Embedded descriptors leave `json_name` out; a compiler hands it to its plugins, so they rely on it. */
function nameForJson(field: FieldDescriptorProto): void {
  if (field.jsonName === "")
    field.jsonName = field.name.replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase());
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
