import { EXIT, type ExitCode } from "../exit-codes.ts";
import { print } from "../output/print.ts";
import type { Session } from "../session.ts";

/** `whoami`. */
export async function whoami(session: Session): Promise<ExitCode> {
  const who = await session.client.service.whoami();
  print(session.io, session.output, who, ({ organization, token }) =>
    [
      `organization ${organization.name} (${organization.id})`,
      `token ${token.name} (${token.id})`,
      `api ${session.settings.apiUrl}`,
    ].join("\n"),
  );
  return EXIT.ok;
}
