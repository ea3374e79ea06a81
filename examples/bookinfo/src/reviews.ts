import { forwardedHeaders, serve } from "./serve.ts";

const version = process.env.SERVICE_VERSION ?? "v1";
const ratingsUrl = process.env.RATINGS_URL ?? "http://ratings:9080";
/** v1 shows no stars, v2 black ones, v3 red ones. */
const starColour: Readonly<Record<string, string>> = { v2: "black", v3: "red" };

serve(`reviews ${version}`, async (path, request) => {
  if (path === "/health") return { status: 200, json: { status: "Reviews is healthy" } };
  const match = /^\/reviews\/(\d+)$/.exec(path);
  if (match === null) return undefined;
  const color = starColour[version];
  const stars = color === undefined ? {} : await ratings(match[1] ?? "0", forwardedHeaders(request));
  const review = (reviewer: string, text: string) => ({
    reviewer,
    text,
    ...(color === undefined ? {} : { rating: { stars: stars[reviewer] ?? null, color } }),
  });
  return {
    status: 200,
    json: {
      id: match[1],
      podname: process.env.HOSTNAME ?? `reviews-${version}`,
      version,
      reviews: [
        review("Reviewer1", "An extremely entertaining play."),
        review("Reviewer2", "Absolutely fun and entertaining. The play lacks thematic depth."),
      ],
    },
  };
});

async function ratings(id: string, headers: Record<string, string>): Promise<Record<string, number>> {
  try {
    const response = await fetch(`${ratingsUrl}/ratings/${id}`, { headers, signal: AbortSignal.timeout(2_500) });
    const body: unknown = await response.json();
    if (typeof body !== "object" || body === null || !("ratings" in body)) return {};
    return Object.fromEntries(Object.entries(body.ratings ?? {}).filter(([, stars]) => typeof stars === "number"));
  } catch {
    return {};
  }
}
