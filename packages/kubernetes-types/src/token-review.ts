import type { KubernetesObject } from "./object-meta.ts";

/** authentication.k8s.io/v1 TokenReview: asks the API server whose token this is. Created, never stored. */
export interface TokenReview extends Pick<KubernetesObject, "apiVersion" | "kind"> {
  readonly apiVersion: "authentication.k8s.io/v1";
  readonly kind: "TokenReview";
  readonly spec: {
    readonly token: string;
    /** Audiences the token must be meant for; default those of the API server. */
    readonly audiences?: readonly string[];
  };
  readonly status?: TokenReviewStatus;
}

export interface TokenReviewStatus {
  readonly authenticated?: boolean;
  readonly user?: {
    /** `system:serviceaccount:<namespace>:<name>` for a service account. */
    readonly username?: string;
    readonly uid?: string;
    readonly groups?: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  readonly audiences?: readonly string[];
  readonly error?: string;
}
