import { MeshError } from "@fairlead/core";

/** Runs what concerns one change of a plan; a refusal says which change it is, with its fields below it. */
export function atChange<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw located(index, error);
  }
}

/** As {@link atChange}, for what takes its time. */
export async function atChangeAsync<T>(index: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw located(index, error);
  }
}

function located(index: number, error: unknown): MeshError {
  const mesh = MeshError.from(error);
  if (mesh.code === "internal") return mesh;
  return new MeshError(mesh.code, {
    public: `changes[${index}]: ${mesh.public}`,
    fields: mesh.fields.map((one) => ({ ...one, field: `changes[${index}].${one.field}` })),
    cause: error,
  });
}
