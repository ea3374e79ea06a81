/** That the requests of one client stay with one backend. Experimental, and deprecated in favour of policies. */
export interface SessionPersistence {
  /** Default `Cookie`. */
  readonly type?: "Cookie" | "Header";
  /** How long a session lasts, a GEP-2257 duration. */
  readonly absoluteTimeout?: string;
  readonly cookie?: {
    readonly name?: string;
    readonly path?: string;
    /** Default `Session`. */
    readonly lifetimeType?: "Session" | "Permanent";
  };
  readonly header?: { readonly name: string };
}
