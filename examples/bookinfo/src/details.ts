import { serve } from "./serve.ts";

serve("details", (path, request) => {
  if (path === "/health") return { status: 200, json: { status: "Details is healthy" } };
  const match = /^\/details\/(\d+)$/.exec(path);
  if (match === null) return undefined;
  return {
    status: 200,
    json: {
      id: Number(match[1]),
      author: "William Shakespeare",
      year: 1595,
      type: "paperback",
      pages: 200,
      publisher: "PublisherA",
      language: "English",
      "ISBN-10": "1234567890",
      "ISBN-13": "123-1234567890",
      // What the client's address became on its way is part of what the example shows.
      forwardedFor: request.headers["x-forwarded-for"] ?? null,
    },
  };
});
