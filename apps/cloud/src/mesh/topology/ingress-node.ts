import type { Ingress, IngressBackend } from "@fairlead/kubernetes-types";
import type { IngressView } from "@fairlead/mesh-model";
import { drawBackend, ownWords } from "./backend-nodes.ts";
import { certificateFindings } from "./certificate-findings.ts";
import { type Drawing, drawEdge, drawObject, type Finding, intentOf, worst } from "./drawing.ts";

/** Draws an Ingress and the Services it leads to. */
export function ingressNode(drawing: Drawing, ingress: Ingress): void {
  const { name, namespace = "" } = ingress.metadata;
  const id = `${namespace}/${name}`;
  const view = drawing.index.ingress(id);
  if (view === undefined && intentOf(ingress) === null) return;
  const node = { id: `ingress:${id}`, type: "ingress" } as const;
  const classless = ingress.spec.ingressClassName ?? "by default";
  const findings: Finding[] =
    view === undefined
      ? [{ state: "error", detail: `spec.ingressClassName: no IngressClass ${classless} that Fairlead answers for` }]
      : findingsOf(drawing, ingress, view, namespace);
  drawObject(drawing, ingress, node, worst(findings));
  const problems = new Map((view?.unresolved ?? []).map((one) => [one.field, ownWords(one)]));
  const draw = (backend: IngressBackend | undefined, field: string) => {
    const port = backend?.service?.port?.number ?? backend?.service?.port?.name;
    if (backend?.service === undefined || port === undefined) return;
    const problem = problems.get(field) ?? problems.get(`${field}.service`) ?? problems.get(`${field}.service.port`);
    drawEdge(drawing, node.id, drawBackend(drawing, { namespace, name: backend.service.name, port }, problem), null);
  };
  draw(ingress.spec.defaultBackend, "spec.defaultBackend");
  for (const [ruleIndex, rule] of (ingress.spec.rules ?? []).entries()) {
    for (const [index, path] of (rule.http?.paths ?? []).entries()) {
      draw(path.backend, `spec.rules[${ruleIndex}].http.paths[${index}].backend`);
    }
  }
}

function findingsOf(drawing: Drawing, ingress: Ingress, view: IngressView, namespace: string): Finding[] {
  const unresolved = drawing.isObserved ? view.unresolved : [];
  const findings: Finding[] = unresolved.map(({ message }) => ({ state: "error", detail: message }));
  const secrets = (ingress.spec.tls ?? []).flatMap(({ secretName }) =>
    secretName ? [`${namespace}/${secretName}`] : [],
  );
  findings.push(...certificateFindings(drawing, secrets));
  if (view.addresses.length > 0) findings.push({ state: "ok", detail: view.addresses.join(", ") });
  else if (!drawing.isObserved) findings.push({ state: "unknown", detail: "the cluster has not told its addresses" });
  else findings.push({ state: "warning", detail: "it has no address yet" });
  return findings;
}
