/**
 * Places a column's nodes as near as can be (in the least-squares sense) to where they want to be, in their order and at
 * least `gap` apart. Those that want nothing stay with the one before. This is isotonic regression by pooling adjacent
 * violators: nodes that would overlap become a block that goes to the mean of its wishes.
 */
export function spread(wanted: readonly (number | undefined)[], gap: number): number[] {
  const first = wanted.find((one) => one !== undefined) ?? 0;
  let last = first;
  const blocks: { sum: number; size: number }[] = [];
  for (const [i, wish] of wanted.entries()) {
    last = wish ?? last;
    // Less what the ones above take up: what is left only has to be ascending.
    let block = { sum: last - i * gap, size: 1 };
    for (let above = blocks.at(-1); above !== undefined; above = blocks.at(-1)) {
      if (above.sum / above.size <= block.sum / block.size) break;
      block = { sum: above.sum + block.sum, size: above.size + block.size };
      blocks.pop();
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ sum, size }) => new Array<number>(size).fill(sum / size)).map((at, i) => at + i * gap);
}
