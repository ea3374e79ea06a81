import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { ageOf } from "../../domain/ages.ts";
import type { StatedRow } from "../../domain/filter-rows.ts";
import { convergenceWords } from "../../domain/state-words.ts";
import { ROW_EVENT } from "../../layout/use-keys.ts";
import { classNames } from "../../ui/class-names.ts";
import { Link } from "../../ui/link.tsx";
import { StateBadge } from "../../ui/state-badge.tsx";
import { useNow } from "../../ui/use-now.ts";
import type { ListWords } from "./list-words.ts";

interface IntentTableProps {
  readonly rows: readonly StatedRow[];
  readonly words: ListWords;
  readonly showKind: boolean;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly hrefOf: (row: StatedRow) => string;
}

const ROW_PX = 44;

/** A table of intents of which only what is in sight is in the page, so that thousands cost as much as thirty. */
export function IntentTable({ rows, words, showKind, sort, onSort, hrefOf }: IntentTableProps) {
  const nowMs = useNow();
  const table = useRef<HTMLTableElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(table.current?.offsetTop ?? 0), []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin: top,
  });
  const active = useRowKeys(rows.length, (index) => virtual.scrollToIndex(index, { align: "auto" }));
  const items = virtual.getVirtualItems();
  const before = (items[0]?.start ?? top) - top;
  const after = virtual.getTotalSize() + top - (items.at(-1)?.end ?? top);
  const columns: readonly Column[] = [
    { heading: "Name", column: "name", look: "w-auto sm:w-[22%] lg:w-[18%]" },
    { heading: "Namespace", column: "namespace", look: "hidden w-[10%] lg:table-cell" },
    ...(showKind ? [{ heading: "Kind", look: "hidden w-24 xl:table-cell" }] : []),
    { heading: "Hosts", column: "hosts", look: "hidden sm:table-cell" },
    { heading: words.parents, look: "hidden w-[13%] md:table-cell" },
    { heading: words.targets, look: "hidden w-[16%] lg:table-cell" },
    { heading: "Placement", look: "hidden w-[11%] 2xl:table-cell" },
    { heading: "State", column: "state", look: "w-32" },
    { heading: "Age", column: "age", look: "w-14 sm:w-16" },
  ];
  return (
    <table
      ref={table}
      aria-rowcount={rows.length + 1}
      className="w-full table-fixed overflow-hidden rounded-lg border border-line bg-surface text-left text-sm"
    >
      <caption className="sr-only">{words.title}</caption>
      <thead className="text-xs text-muted">
        <tr aria-rowindex={1}>
          {columns.map((column) => (
            <Heading key={column.heading} {...column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        <Spacer height={before} columns={columns.length} />
        {items.map(({ index }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <tr key={row.id} aria-rowindex={index + 2} className="h-11 border-t border-line hover:bg-sunken">
              <th scope="row" className="truncate px-3 font-medium">
                <RowLink href={hrefOf(row)} active={index === active}>
                  {row.name}
                </RowLink>
                <span className="block truncate text-xs font-normal text-muted lg:hidden">
                  {row.namespace}
                  <span className="sm:hidden"> · {row.hosts.join(", ")}</span>
                </span>
              </th>
              <td className="hidden truncate px-3 lg:table-cell">{row.namespace}</td>
              {showKind && <td className="hidden truncate px-3 xl:table-cell">{row.kind}</td>}
              <Texts texts={row.hosts} look="hidden sm:table-cell" />
              <Texts texts={row.parents} look="hidden md:table-cell" />
              <Texts texts={row.targets} look="hidden lg:table-cell" />
              <Texts texts={[row.placement]} look="hidden 2xl:table-cell" />
              <td className="px-3">
                {row.state === undefined ? "…" : <StateBadge {...convergenceWords(row.state)} />}
              </td>
              <td className="px-3 whitespace-nowrap text-muted">{ageOf(row.createdAt, nowMs)}</td>
            </tr>
          );
        })}
        <Spacer height={after} columns={columns.length} />
      </tbody>
    </table>
  );
}

interface Column {
  readonly heading: string;
  /** Its name for sorting; absent when it cannot be sorted by. */
  readonly column?: string;
  readonly look: string;
}

function Heading({ heading, column, look, sort, onSort }: Column & Pick<IntentTableProps, "sort" | "onSort">) {
  const sorted = column !== undefined && sort.replace(/^-/, "") === column;
  const down = sorted && sort.startsWith("-");
  const Arrow = down ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={sorted ? (down ? "descending" : "ascending") : undefined}
      className={classNames("px-3 py-2 font-medium", look)}
    >
      {column === undefined ? (
        heading
      ) : (
        <button
          type="button"
          onClick={() => onSort(sorted && !down ? `-${column}` : column)}
          className="inline-flex items-center gap-1 rounded font-medium hover:text-text"
        >
          {heading}
          {sorted && <Arrow aria-hidden size={12} />}
        </button>
      )}
    </th>
  );
}

function Texts({ texts, look }: { readonly texts: readonly string[]; readonly look: string }) {
  const [first = "", ...others] = texts;
  return (
    <td className={classNames("truncate px-3", look)} title={texts.join("\n")}>
      {first}
      {others.length > 0 && <span className="text-muted"> +{others.length}</span>}
    </td>
  );
}

function Spacer({ height, columns }: { readonly height: number; readonly columns: number }) {
  return height <= 0 ? null : (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height, padding: 0 }} />
    </tr>
  );
}

interface RowLinkProps {
  readonly href: string;
  readonly active: boolean;
  readonly children: string;
}

/** The link of a row. The row that the keys have moved to takes the focus. */
function RowLink({ href, active, children }: RowLinkProps) {
  const anchor = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (active) anchor.current?.focus({ preventScroll: true });
  }, [active]);
  return (
    <Link ref={anchor} href={href} className="font-medium text-accent underline-offset-2 hover:underline">
      {children}
    </Link>
  );
}

/** The row that j and k have moved to; undefined before the first of them. */
function useRowKeys(count: number, show: (index: number) => void): number | undefined {
  const [active, setActive] = useState<number>();
  const latest = useRef({ count, show, active });
  latest.current = { count, show, active };
  useEffect(() => {
    const onMove = (event: Event) => {
      if (!(event instanceof CustomEvent) || latest.current.count === 0) return;
      const from = latest.current.active;
      const next =
        from === undefined ? 0 : Math.min(Math.max(from + Number(event.detail), 0), latest.current.count - 1);
      latest.current.show(next);
      setActive(next);
    };
    document.addEventListener(ROW_EVENT, onMove);
    return () => document.removeEventListener(ROW_EVENT, onMove);
  }, []);
  return active;
}
