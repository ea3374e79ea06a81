import { type Client, createClient, Secret } from "@fairlead/client";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useState } from "react";
import { failureCode } from "../domain/describe-failure.ts";
import { endSession } from "../session/session.ts";

const ApiContext = createContext<Client | undefined>(undefined);

/** The API as the signed-in token sees it. */
export function useApi(): Client {
  const client = useContext(ApiContext);
  if (client === undefined) throw new Error("useApi is called outside of ApiProvider");
  return client;
}

/** A client for a token, on the origin the console was loaded from. */
export function clientFor(token: string): Client {
  return createClient({ baseUrl: location.origin, token: new Secret(token) });
}

/** Gives a token's client and a cache of its own to what is below: nothing that one token saw is there for the next. */
export function ApiProvider({ token, children }: { readonly token: string; readonly children: ReactNode }) {
  const [{ client, cache }] = useState(() => ({ client: clientFor(token), cache: newCache() }));
  return (
    <ApiContext.Provider value={client}>
      <QueryClientProvider client={cache}>{children}</QueryClientProvider>
    </ApiContext.Provider>
  );
}

function newCache(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenRefused }),
    mutationCache: new MutationCache({ onError: leaveWhenRefused }),
    defaultOptions: {
      // The client tries again itself; what the API has refused once it refuses again.
      queries: { retry: false, staleTime: 5_000, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
}

function leaveWhenRefused(error: unknown): void {
  if (failureCode(error) !== "unauthenticated") return;
  endSession("The API no longer accepts the token: it has expired or was revoked. Sign in with another one.");
}
