import { forwardedHeaders, serve } from "./serve.ts";

const detailsUrl = process.env.DETAILS_URL ?? "http://details:9080";
const reviewsUrl = process.env.REVIEWS_URL ?? "http://reviews:9080";

serve("productpage", async (path, request) => {
  const headers = forwardedHeaders(request);
  if (path === "/health") return { status: 200, html: "Product page is healthy" };
  if (path === "/" || path === "/index.html") return { status: 200, html: frontPage() };
  if (path === "/productpage") {
    const [details, reviews] = await Promise.all([
      fetchJson(`${detailsUrl}/details/0`, headers),
      fetchJson(`${reviewsUrl}/reviews/0`, headers),
    ]);
    return { status: 200, html: productPage(details, reviews) };
  }
  if (path === "/api/v1/products") return { status: 200, json: [{ id: 0, title: "The Comedy of Errors" }] };
  const part = /^\/api\/v1\/products\/(\d+)(\/reviews)?$/.exec(path);
  if (part === null) return undefined;
  const url = part[2] === undefined ? `${detailsUrl}/details/${part[1]}` : `${reviewsUrl}/reviews/${part[1]}`;
  const json = await fetchJson(url, headers);
  return { status: json === undefined ? 503 : 200, json: json ?? { error: "the service behind is away" } };
});

async function fetchJson(url: string, headers: Record<string, string>): Promise<unknown> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(3_000) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

function frontPage(): string {
  return page(
    "Simple Bookstore App",
    `<h1>Hello! This is a simple bookstore application</h1><p><a href="/productpage">The Comedy of Errors</a></p>`,
  );
}

function productPage(details: unknown, reviews: unknown): string {
  return page(
    "The Comedy of Errors",
    `<h1>The Comedy of Errors</h1>
<h2>Details</h2><pre>${details === undefined ? "Sorry, product details are not available." : pretty(details)}</pre>
<h2>Reviews</h2><pre>${reviews === undefined ? "Sorry, product reviews are not available." : pretty(reviews)}</pre>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>\n`;
}

function pretty(data: unknown): string {
  return JSON.stringify(data, null, 2).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
