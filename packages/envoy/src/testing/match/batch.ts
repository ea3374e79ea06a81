import fc from "fast-check";

/**
 * Always `size` values of `inner`; shrinks to each of them alone and from there as `inner` does. So a property over a
 * batch costs one set-up per batch and still ends with a single value.
 */
export class Batch<T> extends fc.Arbitrary<readonly T[]> {
  readonly #inner: fc.Arbitrary<T>;
  readonly #size: number;
  readonly #drawn = new WeakMap<readonly T[], readonly fc.Value<T>[]>();

  constructor(inner: fc.Arbitrary<T>, size: number) {
    super();
    this.#inner = inner;
    this.#size = size;
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<readonly T[]> {
    return this.#wrap(Array.from({ length: this.#size }, () => this.#inner.generate(random, bias)));
  }

  override canShrinkWithoutContext(_value: unknown): _value is readonly T[] {
    return false;
  }

  override shrink(value: readonly T[]): fc.Stream<fc.Value<readonly T[]>> {
    const drawn = this.#drawn.get(value) ?? [];
    const [only] = drawn;
    if (drawn.length > 1 || only === undefined) return fc.stream(drawn.map((one) => this.#wrap([one])).values());
    return this.#inner.shrink(only.value, only.context).map((smaller) => this.#wrap([smaller]));
  }

  #wrap(drawn: readonly fc.Value<T>[]): fc.Value<readonly T[]> {
    const values = drawn.map(({ value }) => value);
    this.#drawn.set(values, drawn);
    return new fc.Value<readonly T[]>(values, undefined);
  }
}
