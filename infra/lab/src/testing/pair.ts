/** Both of a list of two. Throws when it is another. */
export function pair<T>(list: readonly T[]): [T, T] {
  const [first, second, ...more] = list;
  if (first === undefined || second === undefined || more.length > 0)
    throw new Error(`there are ${list.length}, not 2`);
  return [first, second];
}
