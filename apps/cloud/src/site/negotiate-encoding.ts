/** How a body may be sent besides as it is. */
export type Encoding = "br" | "gzip";

/** The best of our encodings that `Accept-Encoding` allows; undefined: as it is. Source: RFC 9110, 12.5.3. */
export function negotiateEncoding(header: string | null): Encoding | undefined {
  const allowed = new Set<string>();
  for (const part of (header ?? "").split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    if (weight === undefined || Number(weight.slice(2)) > 0) allowed.add(name);
  }
  if (allowed.has("br")) return "br";
  return allowed.has("gzip") ? "gzip" : undefined;
}
