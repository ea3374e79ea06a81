import { generateToken } from "@fairlead/contract/token-secret";
import { openDatabase } from "@fairlead/database";
import type { Instance } from "../instance.ts";

/** Makes another organization on an instance, and gives a token of it. */
export async function otherTenant({ databaseUrl }: Instance): Promise<string> {
  const { id, hash, token } = generateToken("tok");
  await using database = await openDatabase({ url: databaseUrl, max: 2 });
  await database.system.bootstrap({ organization: "somebody-else", token: { id, hash } });
  return token.reveal();
}
