import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { clientFor } from "../api/api-provider.tsx";
import { failureCode } from "../domain/describe-failure.ts";
import { startSession } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { Failure } from "../ui/failure.tsx";
import { Notice } from "../ui/notice.tsx";
import { TextField } from "../ui/text-field.tsx";
import { Brand } from "./brand.tsx";

/** Where a token is asked for. The API checks it before it is kept. */
export function SignInPage({ reason }: { readonly reason: string | undefined }) {
  const [token, setToken] = useState("");
  const check = useMutation({
    mutationFn: (text: string) => clientFor(text).service.whoami(),
    onSuccess: (_, text) => startSession(text),
  });
  const refused = check.isError && failureCode(check.error) === "unauthenticated";
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-5 px-4 py-10">
      <title>Sign in · Fairlead</title>
      <Brand />
      <h1 className="text-xl font-semibold tracking-tight">Sign in</h1>
      {reason !== undefined && <Notice severity="warning" title={reason} />}
      {check.isError && !refused && <Failure title="Signing in did not work" error={check.error} />}
      <form
        className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== "" && !check.isPending) check.mutate(token.trim());
        }}
      >
        <TextField
          label="API token"
          type="password"
          name="token"
          autoComplete="off"
          spellCheck={false}
          placeholder="fl_tok_…"
          value={token}
          onChange={setToken}
          problem={refused ? "The API does not accept this token. It may be mistyped, expired or revoked." : undefined}
        />
        <div>
          <Button
            type="submit"
            kind="primary"
            disabledReason={token.trim() === "" ? "Enter a token first." : check.isPending ? "Checking …" : undefined}
          >
            Sign in
          </Button>
        </div>
      </form>
      <p className="text-sm text-muted">
        The token is kept in this tab alone and is gone when the tab is closed.{" "}
        <code className="font-mono">npm start</code> keeps its first one in{" "}
        <code className="font-mono">.fairlead/token</code>; <code className="font-mono">fairlead token create</code>{" "}
        makes another.
      </p>
    </main>
  );
}
