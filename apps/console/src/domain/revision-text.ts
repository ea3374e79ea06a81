/** Orders two revisions (`epoch.n`): negative when `a` is older. Source: the contract's Revision. */
export function compareRevisionTexts(a: string, b: string): number {
  const [epochA = 0, countA = 0] = a.split(".").map(Number);
  const [epochB = 0, countB = 0] = b.split(".").map(Number);
  return epochA - epochB || countA - countB;
}
