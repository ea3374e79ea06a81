import fc from "fast-check";

/*
 * A small world, so that what is asked often nearly matches what is configured. The first of each list is what
 * everything shrinks to.
 */

export const hosts = fc.constantFrom("x.test", "*.test", "y.test", "q.x.test", "*.x.test", "w.q.x.test", "X.test");
export const headerNames = fc.constantFrom("x-a", "x-b", "X-A");
export const headerValues = fc.constantFrom("1", "2", "12", "1,2", "", "1, 2", "ü");
export const paramNames = fc.constantFrom("p", "q", "P", "p%71");
export const paramValues = fc.constantFrom("1", "2", "", "a=b", "%31", "1+1");
export const methods = fc.constantFrom("GET", "POST", "HEAD", "OPTIONS", "DELETE");
export const grpcServices = fc.constantFrom("one", "two", "one.two", "o");
export const grpcMethods = fc.constantFrom("two", "Get", "one");
export const ages = fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z");
export const namespaces = fc.constantFrom("a", "b");

/** Paths as routes write them, exact ones and prefixes. */
export const routePaths = fc.constantFrom(
  "/",
  "/one",
  "/one/",
  "/one/two",
  "/two",
  "/o",
  "/ONE",
  "/one%20x",
  "/one/two/",
  "/one.two",
  "/~one",
);

export const pathPatterns = fc.constantFrom(
  "/one.*",
  "/one|/two",
  "/(one|two)/.+",
  "/[a-z]+",
  ".*two",
  "(?i)/one",
  "/\\w+/?",
  "/one/?$",
  "^/o",
  "/[^/]+/two",
  "(?U)/o+.*",
  "/.",
  "/[a",
);

export const valuePatterns = fc.constantFrom("[0-9]", "1.*", ".*", "1|2", "^$", "(?i)Ü", "..", "[^,]+", "\\d+,\\s?\\d");
