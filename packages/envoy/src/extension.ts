import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { type Any, anyPack, type Duration } from "@bufbuild/protobuf/wkt";

/** The fields of a message still to be created. Unlike `MessageInitShape` it is never a message, so it can be spread. */
export type Fields<Desc extends DescMessage> = Extract<MessageInitShape<Desc>, { readonly $typeName?: never }>;

/** A message inside `google.protobuf.Any`. */
export function pack<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): Any {
  return anyPack(schema, create(schema, init));
}

/** Fields of an Envoy extension: its name and its typed configuration. */
export function extension<Desc extends DescMessage>(name: string, schema: Desc, init: MessageInitShape<Desc>) {
  return { name, typedConfig: pack(schema, init) };
}

/** Fields of a `google.protobuf.Duration`. */
export function duration(ms: number): Pick<Duration, "seconds" | "nanos"> {
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: Math.round((ms % 1000) * 1e6) };
}
