/** A range of IPv4 addresses to give out, first and last included, as 32-bit numbers. */
export interface AddressPool {
  readonly first: number;
  readonly last: number;
}

/** Reads a range such as `127.77.0.0/24`; its network and broadcast addresses are not given out. Undefined when it is not one. */
export function parsePool(text: string): AddressPool | undefined {
  const [address = "", bits = "", ...rest] = text.split("/");
  const base = parseAddress(address);
  if (base === undefined || rest.length > 0 || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
  const size = 2 ** (32 - Number(bits));
  const network = base - (base % size);
  return size <= 2 ? { first: network, last: network + size - 1 } : { first: network + 1, last: network + size - 2 };
}

/** An IPv4 address as a 32-bit number, or undefined when it is not one. */
export function parseAddress(text: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const parts = text.split(".").map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** Writes a 32-bit number as an IPv4 address. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}
