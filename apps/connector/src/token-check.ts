import { createHash } from "node:crypto";
import { type Clock, MeshError, Secret } from "@fairlead/core";
import type { KubernetesClient } from "@fairlead/kubernetes";

/** How long a verdict holds, in milliseconds. */
const VERDICT_MS = 60_000;
/** Verdicts kept at once; beyond it the oldest go, so that made-up tokens cannot fill the memory. */
const MAX_VERDICTS = 10_000;

/** Label the API server adds to a token bound to a pod: the pod's node. */
const NODE_NAME_EXTRA = "authentication.kubernetes.io/node-name";

export interface TokenCheckOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  /** Audience the token must be meant for. */
  readonly audience: string;
  /** User it must stand for. */
  readonly user: string;
}

/** Whom a token stands for. */
export interface Reporter {
  /** The node it is bound to; undefined when the API server does not say. */
  readonly node: string | undefined;
}

interface Verdict {
  readonly at: number;
  readonly reporter: Promise<Reporter | undefined>;
}

/** Asks the API server whose a bearer token is, once a minute per token. Tokens are kept as digests alone. */
export class TokenCheck {
  readonly #options: TokenCheckOptions;
  readonly #verdicts = new Map<string, Verdict>();

  constructor(options: TokenCheckOptions) {
    this.#options = options;
  }

  /** Whom the `Authorization` header stands for. Throws `unauthenticated`, or what asking failed with. */
  async check(authorization: string | undefined): Promise<Reporter> {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
    const reporter = token === undefined ? undefined : await this.#verdict(token);
    if (reporter !== undefined) return reporter;
    const text = `The bearer token is missing, expired, or not ${this.#options.user} for ${this.#options.audience}.`;
    throw new MeshError("unauthenticated", { public: text });
  }

  #verdict(token: string): Promise<Reporter | undefined> {
    const digest = createHash("sha256").update(token).digest("base64");
    const now = this.#options.clock.now();
    const known = this.#verdicts.get(digest);
    if (known !== undefined && now - known.at < VERDICT_MS) return known.reporter;
    const reporter = this.#ask(token);
    this.#verdicts.delete(digest);
    this.#verdicts.set(digest, { at: now, reporter });
    const [oldest] = this.#verdicts.keys();
    if (this.#verdicts.size > MAX_VERDICTS && oldest !== undefined) this.#verdicts.delete(oldest);
    // A question that failed is no verdict.
    reporter.catch(() => this.#verdicts.delete(digest));
    return reporter;
  }

  async #ask(token: string): Promise<Reporter | undefined> {
    const { client, audience, user } = this.#options;
    const status = await client.reviewToken(new Secret(token), [audience], { signal: AbortSignal.timeout(5_000) });
    if (status.authenticated !== true || status.user?.username !== user) return undefined;
    if (status.audiences !== undefined && !status.audiences.includes(audience)) return undefined;
    return { node: status.user.extra?.[NODE_NAME_EXTRA]?.[0] };
  }
}
