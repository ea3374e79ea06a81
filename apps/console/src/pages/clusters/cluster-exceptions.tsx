import type { ClusterRollUp } from "@fairlead/contract";
import { gatherExceptions } from "../../domain/cluster-exceptions.ts";
import { stageWords } from "../../domain/state-words.ts";
import { paths } from "../../paths.ts";
import { Section } from "../../ui/section.tsx";
import { StateBadge } from "../../ui/state-badge.tsx";
import { TextLink } from "../../ui/text-link.tsx";

/** What of a cluster has not arrived, with the words of who refused it. */
export function ClusterExceptions({ rollUp }: { readonly rollUp: ClusterRollUp }) {
  const exceptions = gatherExceptions(rollUp);
  return (
    <Section title="Not arrived" aside={<span className="text-sm text-muted">{exceptions.length}</span>}>
      {exceptions.length === 0 ? (
        <p className="py-1 text-sm text-muted">
          {rollUp.state === "unknown"
            ? "Nothing is reported, but not everyone who could report is heard."
            : "Everything placed here has arrived or is on its way in order."}
        </p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {exceptions.map(({ exception, nodes }) => {
            const { object, condition, state, intent, project } = exception;
            const name = `${object.kind} ${object.namespace}/${object.name}`;
            const href = paths.reported({ kind: object.kind, intent, project });
            return (
              <li
                key={`${name} ${state} ${condition?.message} ${nodes.join()}`}
                className="py-2.5 first:pt-0 last:pb-0"
              >
                <div className="flex flex-wrap items-center gap-2 text-sm">
                  <StateBadge {...stageWords(state)} />
                  {href === undefined ? (
                    <span className="font-medium">{name}</span>
                  ) : (
                    <TextLink href={href}>{name}</TextLink>
                  )}
                  <span className="text-muted">
                    {exception.stage === "applied" ? "at the API server" : `on ${nodes.join(", ")}`}
                  </span>
                </div>
                {condition !== null && (
                  <p className="mt-1 text-sm break-words">
                    {condition.field !== null && <code className="font-mono text-xs">{condition.field}: </code>}
                    {condition.message}
                  </p>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}
