/** What is said of one aspect of an object: a condition without the times. `reason` is one of the field's own words. */
export interface Verdict {
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

/** Something is as it should be. */
export function positive(reason: string, message: string): Verdict {
  return { status: "True", reason, message };
}

/** Something is not as it should be. */
export function negative(reason: string, message: string): Verdict {
  return { status: "False", reason, message };
}
