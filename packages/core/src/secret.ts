/** The name under which `util.inspect` looks for a way to print; spelled out because browsers load this file too. */
const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom");

const REDACTED = "[redacted]";

/** A value that no formatter prints: string conversion, JSON and `util.inspect` all give `[redacted]`. */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Every call is a place to review. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [INSPECT](): string {
    return REDACTED;
  }
}
