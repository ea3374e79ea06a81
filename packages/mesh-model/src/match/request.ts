/** One header line. */
export interface HeaderLine {
  readonly name: string;
  readonly value: string;
}

/** A request as a client would send it. */
export interface MatchRequest {
  /** Name of the socket it arrives at; stands above `gateway`, `listener` and `port`. */
  readonly socket?: string | undefined;
  /** `<namespace>/<name>` of the Gateway it is sent to; absent: whichever socket of the port knows the host. */
  readonly gateway?: string | undefined;
  /** A listener of the Gateway: its port is used unless `port` is given. */
  readonly listener?: string | undefined;
  /** Default 80, or 443 with `https`. */
  readonly port?: number | undefined;
  readonly scheme: "http" | "https";
  /** TLS server name; absent: the host without its port, as clients do. Empty: none is sent. */
  readonly sni?: string | undefined;
  /** The Host header as it is written: any case, with or without a port. */
  readonly host: string;
  /** The request target as it is written, with its query; an absolute URL is taken apart as a proxy does. */
  readonly path: string;
  readonly method: string;
  /** In the order they are sent; a name may come more than once. */
  readonly headers: readonly HeaderLine[];
}
