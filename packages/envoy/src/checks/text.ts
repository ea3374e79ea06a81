/** What cannot stand in any text sent to Envoy, or undefined. A reason reads after the name of the field. */
export function checkText(value: string, maxBytes: number): string | undefined {
  if (!value.isWellFormed()) return "holds half of a surrogate pair, which is not Unicode text";
  if (value.includes("\0")) return "holds a NUL character";
  const bytes = Buffer.byteLength(value);
  if (bytes > maxBytes) return `is ${bytes} bytes long; at most ${maxBytes} are allowed`;
  return undefined;
}
