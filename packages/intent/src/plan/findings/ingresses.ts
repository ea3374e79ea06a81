import { INGRESS_CLASS_ANNOTATION, NETWORKING_GROUP, type ObjectKey } from "@fairlead/kubernetes-types";
import { asIngress, idOf } from "../read-object.ts";
import type { Draft, World } from "../world.ts";
import { secretProblem } from "./secrets.ts";

/** What is wrong with an Ingress as a whole: its class, what its certificates need. */
export function ingressFindings(world: World, key: ObjectKey): Draft[] {
  const ingress = asIngress(world.objects.get(key));
  if (ingress === undefined) return [];
  const { text } = world.describe(key);
  const found: Draft[] = [];
  const name = ingress.metadata.annotations?.[INGRESS_CLASS_ANNOTATION] ?? ingress.spec.ingressClassName;
  const field = "spec.ingressClassName";
  if (world.index.ingress(idOf(ingress)) === undefined && world.knowsFacts) {
    const there = name !== undefined && world.objects.has(`${NETWORKING_GROUP}/IngressClass//${name}`);
    if (name === undefined || there) {
      const message =
        name === undefined
          ? `${text} names no class, and the cluster's default class is not one that Fairlead serves`
          : `${text}: the class ${name} is not one that Fairlead serves`;
      found.push({ code: "class_not_served", message, subject: key, field });
    } else {
      found.push({
        code: "class_not_found",
        message: `${text}: there is no IngressClass ${name}`,
        subject: key,
        field,
      });
    }
  }
  for (const [index, { secretName }] of (ingress.spec.tls ?? []).entries()) {
    if (secretName === undefined) continue;
    const secret = `${ingress.metadata.namespace ?? ""}/${secretName}`;
    const problem = secretProblem(world, secret);
    if (problem === undefined) continue;
    found.push({
      code: problem.code,
      message: `${text} takes a certificate from the Secret ${secret}: ${problem.text}`,
      subject: key,
      field: `spec.tls[${index}].secretName`,
    });
  }
  return found;
}
