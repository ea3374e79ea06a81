import { serve } from "./serve.ts";

serve("ratings", (path) => {
  if (path === "/health") return { status: 200, json: { status: "Ratings is healthy" } };
  const match = /^\/ratings\/(\d+)$/.exec(path);
  if (match === null) return undefined;
  return { status: 200, json: { id: Number(match[1]), ratings: { Reviewer1: 5, Reviewer2: 4 } } };
});
