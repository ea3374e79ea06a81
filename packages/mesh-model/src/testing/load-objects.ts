import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { objectKey } from "@fairlead/kubernetes-types";
import { parseAllDocuments } from "yaml";
import type { ObjectChange } from "../delta.ts";

/** Directory of the fixtures. */
export const TESTDATA = fileURLToPath(new URL("../../testdata", import.meta.url));

/** The base64 text of a fixture file. */
export function fixtureBase64(file: string): string {
  return readFileSync(`${TESTDATA}/${file}`).toString("base64");
}

/** Objects of a YAML file; `${file}` stands for the base64 text of the fixture of that name. */
export function loadObjects(path: string): KubernetesObject[] {
  const text = readFileSync(path, "utf8").replace(/\$\{([\w.]+)\}/g, (_, file: string) => fixtureBase64(file));
  return parseAllDocuments(text, { strict: true }).flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw problem;
    const object: unknown = document.toJS();
    return isObject(object) ? [object] : [];
  });
}

/** Each object as a change that brings it. */
export function additions(objects: readonly KubernetesObject[]): ObjectChange[] {
  return objects.map((object) => ({ key: objectKey(object), object }));
}

function isObject(value: unknown): value is KubernetesObject {
  return typeof value === "object" && value !== null && "kind" in value && "apiVersion" in value && "metadata" in value;
}
