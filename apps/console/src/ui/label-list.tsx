interface LabelListProps {
  readonly labels: Readonly<Record<string, string>>;
  /** What is said when there are none. */
  readonly none?: string;
}

/** Labels or annotations as `key=value`. */
export function LabelList({ labels, none = "none" }: LabelListProps) {
  const entries = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return <span className="text-muted">{none}</span>;
  return (
    <ul className="flex flex-wrap gap-1">
      {entries.map(([key, value]) => (
        <li key={key} className="max-w-full rounded bg-sunken px-1.5 font-mono text-xs break-all">
          {value === "" ? key : `${key}=${value}`}
        </li>
      ))}
    </ul>
  );
}
