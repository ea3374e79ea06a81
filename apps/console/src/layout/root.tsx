import type { ReactNode } from "react";
import { ApiProvider } from "../api/api-provider.tsx";
import { useSession } from "../session/session.ts";
import { Shell } from "./shell.tsx";
import { SignInPage } from "./sign-in-page.tsx";

/** The whole page: what was asked for when somebody is signed in, else the sign-in in its place. */
export function Root({ children }: { readonly children: ReactNode }) {
  const { token, reason } = useSession();
  if (token === undefined) return <SignInPage reason={reason} />;
  return (
    <ApiProvider key={token} token={token}>
      <Shell>{children}</Shell>
    </ApiProvider>
  );
}
