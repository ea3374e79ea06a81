/** What the operator of a node decides for all of its traffic. */
export interface TranslateOptions {
  /** Where every request is logged: `stdout` or a file's path. Default: nowhere. */
  readonly accessLog?: string;
  /** How many proxies in front of this one are believed when they name a client in `x-forwarded-for`. Default 0. */
  readonly trustedHops?: number;
}
