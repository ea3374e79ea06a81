import { z } from "@hono/zod-openapi";
import { isQualifiedName } from "../specs/kubernetes-names.ts";

/** Keys under this are written by Fairlead: an annotation of a user can neither set nor shadow them. */
const OWN_ANNOTATION_PREFIX = "fairlead.dev/";

/** What an API server takes of all annotations together, keys and values, in bytes of UTF-8. */
const MAX_TOTAL_BYTES = 256 * 1024;

/** Kept of that for the annotations which Fairlead adds, so that what is accepted here is accepted there. */
const OWN_BYTES = 512;

const annotationKey = z.string().superRefine((key, context) => {
  const say = (message: string) => context.addIssue({ code: "custom", message });
  // As API servers compare them: without regard to case.
  const lower = key.toLowerCase();
  if (lower.startsWith(OWN_ANNOTATION_PREFIX)) {
    return say(`keys under ${OWN_ANNOTATION_PREFIX} are Fairlead's own; choose another prefix, such as example.com/`);
  }
  if (!isQualifiedName(lower)) {
    say(
      "must be an annotation key such as note or example.com/note: a DNS subdomain and a slash or nothing, then at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends",
    );
  }
});

/**
 * Annotations of an intent, which its objects in clusters carry as they are.
 * Source of the limits: `ValidateAnnotations` of https://github.com/kubernetes/apimachinery/blob/v0.34.0/pkg/api/validation/objectmeta.go
 */
export const annotationsSchema = z
  .record(annotationKey, z.string())
  .superRefine((annotations, context) => {
    const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + bytes(key) + bytes(value), 0);
    if (size <= MAX_TOTAL_BYTES - OWN_BYTES) return;
    const message = `must be at most ${MAX_TOTAL_BYTES - OWN_BYTES} bytes in all, keys and values; these are ${size}`;
    context.addIssue({ code: "custom", message });
  })
  .openapi("Annotations", {
    description: "Carried by the rendered objects verbatim. Keys under fairlead.dev/ are refused.",
  });

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
