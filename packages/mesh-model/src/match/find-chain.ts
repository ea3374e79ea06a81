import type { Chain, Socket } from "../model.ts";

/** The chain that takes a connection, or why it fails. */
export type FoundChain =
  | { readonly chain: Chain; readonly serverName?: string; readonly why?: string }
  | { readonly chain?: undefined; readonly problem: string };

/** The chain of a socket for a connection: the closest server name wins, one without server names takes the rest. */
export function findChain(
  socket: Socket,
  scheme: "http" | "https",
  sni: string,
  usable: (certificate: string) => boolean,
): FoundChain {
  const [plain] = socket.chains.filter(({ tls }) => tls === undefined);
  if (scheme === "http") {
    if (plain !== undefined) return { chain: plain };
    return { problem: `${socket.name} speaks TLS alone; a plain HTTP connection is closed` };
  }
  if (plain !== undefined && socket.chains.length === 1) {
    return { problem: `${socket.name} speaks plain HTTP; a TLS handshake fails` };
  }
  const chains = socket.chains.filter(({ tls }) => tls?.certificates.some(usable));
  const name = sni.toLowerCase();
  for (const candidate of candidates(name)) {
    const chain = chains.find(({ serverNames }) => serverNames.includes(candidate));
    if (chain !== undefined) {
      return { chain, serverName: candidate, why: `TLS server name ${name}: chain of ${candidate}` };
    }
  }
  const any = chains.find(({ serverNames }) => serverNames.length === 0);
  const said = name === "" ? "no TLS server name" : `TLS server name ${name}`;
  if (any !== undefined) return { chain: any, serverName: "*", why: `${said}: chain for any name` };
  return { problem: `${socket.name} has no certificate for ${said === "" ? "" : said}; the TLS handshake fails` };
}

// The name itself, then every wildcard that covers it, the closest first.
function* candidates(name: string): Generator<string> {
  if (name === "") return;
  yield name;
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) yield `*${name.slice(dot)}`;
}
