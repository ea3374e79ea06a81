import { fromProblem, problemSchema } from "@fairlead/contract";
import { type ErrorCode, MeshError } from "@fairlead/core";

/** The error a failed answer stands for. An answer that is not from the API (a proxy's page, say) is told apart. */
export async function errorOfResponse(response: Response, url: URL): Promise<MeshError> {
  const text = await response.text();
  const retryAfterMs = retryAfter(response.headers.get("retry-after"));
  const problem = problemSchema.safeParse(parseJson(text));
  if (problem.success) return fromProblem(problem.data, retryAfterMs);
  return new MeshError(codeOf(response.status), {
    public: `${url.origin} answered ${response.status} without saying why; is it the Fairlead API?`,
    internal: `${response.status} from ${url.href}: ${text.slice(0, 200)}`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** The error when there was no answer at all; `timeoutMs` when it is because the time was over. */
export function networkError(thrown: unknown, url: URL, timeoutMs: number | undefined): MeshError {
  if (timeoutMs !== undefined) {
    const text = `${url.origin} did not answer within ${timeoutMs} ms.`;
    return new MeshError("timeout", { public: text, cause: thrown });
  }
  return new MeshError("unavailable", { public: `Cannot reach ${url.origin}: ${reasonOf(thrown)}`, cause: thrown });
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return "unauthenticated";
  if (status === 404) return "not_found";
  if (status === 413) return "body_too_large";
  if (status === 429) return "rate_limited";
  if (status === 504) return "timeout";
  return status === 502 || status === 503 ? "unavailable" : "internal";
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause;
  if (cause instanceof Error) return "code" in cause && cause.message === "" ? String(cause.code) : cause.message;
  return thrown.message;
}

function retryAfter(header: string | null): number | undefined {
  const seconds = Number(header ?? "x");
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
