import { createHash } from "node:crypto";
import { isRecord, type JsonRecord, listAt, textAt } from "./json-value.ts";

/** A bearer token and whom it stands for. */
export interface TokenEntry {
  readonly token: string;
  /** Such as `system:serviceaccount:<namespace>:<name>`. */
  readonly username: string;
  readonly groups?: readonly string[];
  /** The token is meant for these alone. Default: for everyone who asks. */
  readonly audiences?: readonly string[];
}

/** Who is behind a token. */
export interface TokenUser {
  readonly username: string;
  readonly groups: readonly string[];
  readonly audiences: readonly string[] | undefined;
}

/** The tokens this server knows, found by digest so that the time a look-up takes tells nothing about them. */
export class Tokens {
  readonly #users: ReadonlyMap<string, TokenUser>;

  constructor(entries: readonly TokenEntry[]) {
    this.#users = new Map(
      entries.map(({ token, username, groups, audiences }) => [
        digest(token),
        { username, groups: [...(groups ?? groupsOf(username)), "system:authenticated"], audiences },
      ]),
    );
  }

  /**
   * Whose token an `Authorization` header holds, as a bearer token or as the password of basic authentication (see
   * `objectServerKubeconfig` for why).
   */
  authenticate(authorization: string | undefined): TokenUser | undefined {
    const [, scheme = "", value = ""] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization ?? "") ?? [];
    const token = scheme.toLowerCase() === "basic" ? passwordOf(value) : value;
    return token === "" ? undefined : this.#users.get(digest(token));
  }

  /** A TokenReview with its status filled in. */
  review(body: JsonRecord): JsonRecord {
    return {
      ...body,
      status: this.#status(textAt(body, "spec", "token"), listAt(body, "spec", "audiences").map(String)),
    };
  }

  #status(token: string, wanted: readonly string[]): JsonRecord {
    const user = this.#users.get(digest(token));
    if (user === undefined) return { authenticated: false, error: "the token is not known" };
    const { username, groups } = user;
    const audiences =
      user.audiences === undefined ? wanted : wanted.filter((audience) => user.audiences?.includes(audience));
    if (wanted.length > 0 && audiences.length === 0) {
      return { authenticated: false, error: `the token is not meant for ${wanted.join(", ")}` };
    }
    return { authenticated: true, user: { username, uid: digest(username).slice(0, 32), groups }, audiences };
  }
}

/** Whether a decoded value is a {@link TokenEntry}. */
export function isTokenEntry(value: unknown): value is TokenEntry {
  return isRecord(value) && typeof value.token === "string" && value.token !== "" && typeof value.username === "string";
}

function passwordOf(credentials: string): string {
  const text = Buffer.from(credentials, "base64").toString("utf8");
  return text.slice(text.indexOf(":") + 1);
}

function groupsOf(username: string): string[] {
  const [system, account, namespace] = username.split(":");
  return system === "system" && account === "serviceaccount"
    ? ["system:serviceaccounts", `system:serviceaccounts:${namespace}`]
    : [];
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
