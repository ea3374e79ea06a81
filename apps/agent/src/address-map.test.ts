import { expect, test } from "vitest";
import { parseAddressMap } from "./address-map.ts";
import { createBinding } from "./binding.ts";

test.each([
  ["127.77.0.0/24=127.78.0.0/24", "127.77.0.9", "127.78.0.9"],
  ["127.77.0.0/24=127.78.0.0/24", "127.77.1.9", "127.77.1.9"],
  ["127.77.0.0/24=127.78.0.0/24", "::1", "::1"],
  ["10.0.0.0/8=11.0.0.0/8", "10.255.1.2", "11.255.1.2"],
  ["192.168.1.1/32=192.168.1.2/32", "192.168.1.1", "192.168.1.2"],
])("%s moves %s to %s", (map, from, to) => {
  expect(parseAddressMap(map)(from)).toBe(to);
});

test.each(["", "127.0.0.0/24", "127.0.0.0/24=127.0.1.0/25", "a/24=b/24", "127.0.0.0/33=127.0.0.0/33"])(
  "%j is refused by name",
  (text) => {
    expect(() => parseAddressMap(text)).toThrow(/FAIRLEAD_ADDRESS_MAP must be two IPv4 ranges of one length/);
  },
);

test("low ports are moved by the offset, the socket keeps its name", () => {
  const socket = { name: "127.77.0.1:80", addresses: ["127.77.0.1"], port: 80, chains: [], sources: [] };
  const bind = createBinding({ addressMap: "127.77.0.0/24=127.78.0.0/24", portOffset: 10_000, firstFreePort: 1024 });
  expect(bind(socket)).toEqual({ ...socket, addresses: ["127.78.0.1"], port: 10_080 });
  expect(bind({ ...socket, port: 8080 }).port).toBe(8080);
});
