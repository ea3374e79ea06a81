import { MeshError } from "@fairlead/client";

/** A failure for people. */
export interface FailureText {
  readonly code: string | undefined;
  readonly text: string;
  readonly fields: readonly { readonly field: string; readonly message: string }[];
}

/** Puts anything thrown into words: the API's own when it spoke, else that something here failed. */
export function describeFailure(thrown: unknown): FailureText {
  if (thrown instanceof MeshError) return { code: thrown.code, text: thrown.public, fields: thrown.fields };
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: undefined, text: `The console itself failed: ${reason}`, fields: [] };
}

/** The error code of a failed call; undefined when it was not the API that failed. */
export function failureCode(thrown: unknown): string | undefined {
  return thrown instanceof MeshError ? thrown.code : undefined;
}
