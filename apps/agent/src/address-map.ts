import { BlockList, isIPv4 } from "node:net";
import { MeshError } from "@fairlead/core";

/** Gives the address to bind in place of the one asked for. */
export type AddressMap = (address: string) => string;

/**
 * Reads `<range>=<range>`, both IPv4 and equally long: an address inside the first becomes the one at the same place
 * in the second, others stay. Lets several nodes live on one host. Throws `invalid_field`.
 */
export function parseAddressMap(text: string): AddressMap {
  const [from, to, ...rest] = text.split("=").map(parseRange);
  if (from === undefined || to === undefined || rest.length > 0 || from.prefix !== to.prefix) throw wrong(text);
  const inside = new BlockList();
  inside.addSubnet(from.address, from.prefix);
  const mask = hostMask(from.prefix);
  const base = (toNumber(to.address) & ~mask) >>> 0;
  return (address) =>
    isIPv4(address) && inside.check(address) ? toAddress((base | (toNumber(address) & mask)) >>> 0) : address;
}

function parseRange(text: string): { readonly address: string; readonly prefix: number } | undefined {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(text.trim());
  const [, address = "", length = ""] = match ?? [];
  const prefix = Number(length);
  return isIPv4(address) && prefix <= 32 ? { address, prefix } : undefined;
}

function hostMask(prefix: number): number {
  return prefix === 0 ? 0xffffffff : 2 ** (32 - prefix) - 1;
}

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}

function wrong(text: string): MeshError {
  const message = `must be two IPv4 ranges of one length, such as 127.77.0.0/24=127.78.0.0/24, not ${JSON.stringify(text)}`;
  return new MeshError("invalid_field", {
    public: `FAIRLEAD_ADDRESS_MAP ${message}`,
    fields: [{ field: "FAIRLEAD_ADDRESS_MAP", message }],
  });
}
