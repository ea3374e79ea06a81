const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Crockford's base 32 in lower case, big-endian, without padding: 26 characters for 16 bytes, 32 for 20. */
export function encodeBase32(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = "";
  for (let left = Math.ceil((bytes.length * 8) / 5); left > 0; left--) {
    text = ALPHABET.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
}

/** Reads {@link encodeBase32}'s form back into `length` bytes; undefined when the text is anything else. */
export function decodeBase32(text: string, length: number): Uint8Array | undefined {
  if (text.length !== Math.ceil((length * 8) / 5)) return undefined;
  let value = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return undefined;
    value = (value << 5n) | BigInt(digit);
  }
  if (value >> BigInt(length * 8) !== 0n) return undefined;
  const bytes = new Uint8Array(length);
  for (let at = length - 1; at >= 0; at--) {
    bytes[at] = Number(value & 255n);
    value >>= 8n;
  }
  return bytes;
}
