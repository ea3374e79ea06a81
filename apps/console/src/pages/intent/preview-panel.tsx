import { blockersOf, type Finding, type Preview, summarizePreview } from "../../domain/preview.ts";
import type { StateWords } from "../../domain/state-words.ts";
import { DiffView } from "../../ui/diff-view.tsx";
import { Notice } from "../../ui/notice.tsx";
import { StateBadge } from "../../ui/state-badge.tsx";

interface PreviewPanelProps {
  readonly preview: Preview;
  /** Whether the document has changed since. */
  readonly outdated: boolean;
}

const CHANGES: Readonly<Record<string, StateWords>> = {
  create: { tone: "good", label: "created" },
  update: { tone: "busy", label: "updated" },
  delete: { tone: "warning", label: "removed" },
  none: { tone: "neutral", label: "unchanged" },
};

/** What a change would do: findings first, then every cluster with the difference of its rendered object. */
export function PreviewPanel({ preview, outdated }: PreviewPanelProps) {
  const blockers = blockersOf(preview);
  return (
    <div className={`flex flex-col gap-3 ${outdated ? "opacity-60" : ""}`}>
      <p className="text-sm font-medium" role="status">
        {outdated ? "Of an earlier text: " : ""}
        {summarizePreview(preview)}
        {blockers > 0 && ` ${blockers} ${blockers === 1 ? "error" : "errors"}: it will not work as it is.`}
      </p>
      {preview.findings.map((finding) => (
        <FindingNotice key={`${finding.message} ${finding.clusterName} ${finding.field}`} finding={finding} />
      ))}
      <ul className="flex flex-col gap-4">
        {preview.clusters.map(({ cluster, name, change, before, after }) => (
          <li key={cluster} className="min-w-0">
            <div className="mb-1.5 flex items-center gap-2">
              <h3 className="text-sm font-semibold">{name}</h3>
              <StateBadge {...(CHANGES[change] ?? { tone: "neutral", label: change })} />
            </div>
            {change === "delete" && (
              // What leaves is known to whoever deletes it: it must not push the way to do so out of sight.
              <details className="text-sm">
                <summary className="cursor-pointer text-muted">The object that leaves</summary>
                <div className="mt-2">
                  <DiffView label={`Change in ${name}`} before={before} after={after} />
                </div>
              </details>
            )}
            {(change === "create" || change === "update") && (
              <DiffView label={`Change in ${name}`} before={before} after={after} />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function FindingNotice({ finding: { severity, message, clusterName, field, subject } }: { readonly finding: Finding }) {
  const place = [clusterName, subject, field].filter((part) => part !== undefined).join(" · ");
  return (
    <Notice severity={severity} title={message}>
      {place === "" ? undefined : <code className="font-mono text-xs">{place}</code>}
    </Notice>
  );
}
