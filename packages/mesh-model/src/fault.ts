/** Something in an object that is not served as it is written, while the rest of the object is. */
export interface Fault {
  /** Dotted path such as `spec.rules[0].backendRefs[1]`. */
  readonly field: string;
  /** In one word: one of Gateway API's reasons, or `PathConflict`. */
  readonly reason: string;
  readonly message: string;
}
