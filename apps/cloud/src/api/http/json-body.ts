import { MeshError } from "@fairlead/core";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ApiEnv } from "../api-env.ts";

/** Largest request body, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024;
/** Deepest nesting of a body; Kubernetes specs stay below 20. */
const MAX_DEPTH = 64;

/** Refuses a body that is larger than {@link MAX_BODY_BYTES}, before it is read where its length is declared. */
export const limitBody: MiddlewareHandler<ApiEnv> = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    throw new MeshError("body_too_large", {
      public: `The body is larger than ${MAX_BODY_BYTES} bytes. Split it into several requests.`,
    });
  },
});

/**
 * Refuses a body that is not JSON the database can keep: wrong content type, malformed, nested too deep, or with
 * text that is no Unicode or holds U+0000. Later readers of the body get it from memory.
 */
export const checkJson: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const { method } = c.req;
  if (method !== "POST" && method !== "PUT" && method !== "PATCH") return next();
  const text = await c.req.text();
  if (text === "") {
    // Operations that need a body say so by their schema; without one the validator would see an empty object.
    return next();
  }
  const type = c.req.header("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw malformed(`Content-Type is ${type === "" ? "absent" : type}; it must be application/json.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw malformed(`The body is not JSON: ${error instanceof Error ? error.message : "it cannot be parsed"}.`);
  }
  const problem = findProblem(value);
  if (problem !== undefined) throw malformed(problem);
  return next();
};

// A loop rather than recursion: the depth is the attacker's choice.
function findProblem(root: unknown): string | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    const { value, depth } = item;
    if (depth > MAX_DEPTH) return `The body is nested deeper than ${MAX_DEPTH} levels.`;
    if (typeof value === "string" && !isStorable(value))
      return "A text in the body is not valid Unicode or holds U+0000.";
    if (typeof value !== "object" || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (!isStorable(key)) return "A field name in the body is not valid Unicode or holds U+0000.";
      open.push({ value: inner, depth: depth + 1 });
    }
  }
  return undefined;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function malformed(text: string): MeshError {
  return new MeshError("malformed_body", { public: text });
}
