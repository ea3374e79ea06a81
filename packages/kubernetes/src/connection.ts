import type { Secret } from "@fairlead/core";

/** How to reach an API server and as whom. */
export interface Connection {
  /** Scheme, host and port; a path in front of the API's own is kept. */
  readonly server: string;
  /** PEM bundle to trust instead of the system's. */
  readonly certificateAuthority?: string;
  /** Name to verify in the server's certificate instead of the host. */
  readonly tlsServerName?: string;
  /** Accept any server certificate; only ever because the kubeconfig says so. */
  readonly insecureSkipTlsVerify?: boolean;
  /** PEM. */
  readonly clientCertificate?: string;
  /** PEM. */
  readonly clientKey?: Secret<string>;
  readonly token?: Secret<string>;
  /** Read again every minute, because the cluster rotates it. Takes precedence over `token`. */
  readonly tokenFile?: string;
  /** The context's namespace; default `default`. */
  readonly namespace: string;
}
