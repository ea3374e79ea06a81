import { useRouter } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useDeferredValue, useMemo } from "react";
import { choices, filterRows } from "../../domain/filter-rows.ts";
import { kindsOfList, type ListName } from "../../domain/kinds.ts";
import { isFiltered, type ListField, type ListSearch } from "../../domain/list-search.ts";
import { paths } from "../../paths.ts";
import { ButtonLink } from "../../ui/button-link.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Failure } from "../../ui/failure.tsx";
import { Link } from "../../ui/link.tsx";
import { Loading } from "../../ui/loading.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { IntentTable } from "./intent-table.tsx";
import { LIST_WORDS } from "./list-words.ts";
import { useRows } from "./use-rows.ts";

interface ListPageProps {
  readonly project: string;
  readonly list: ListName;
  readonly search: ListSearch;
}

/** The gateways, routes or ingresses of a project, filtered and sorted by what the address says. */
export function ListPage({ project, list, search }: ListPageProps) {
  const { history } = useRouter();
  const words = LIST_WORDS[list];
  const { rows, pending, complete, error, retry } = useRows(project, list);
  const wanted = useDeferredValue(search);
  const filtered = useMemo(() => filterRows(rows, wanted), [rows, wanted]);
  const namespaces = useMemo(() => choices(rows, "namespace"), [rows]);
  const change = (field: ListField, value: string | undefined) =>
    history.replace(paths.list(project, list, { ...search, [field]: value }));
  const clear = () =>
    history.replace(paths.list(project, list, search.sort === undefined ? {} : { sort: search.sort }));
  const kinds = kindsOfList(list);
  return (
    <>
      <PageHeader
        title={words.title}
        actions={kinds.map(({ kind, segment }) => (
          <ButtonLink key={kind} kind="primary" href={paths.newIntent(project, segment)}>
            <Plus aria-hidden size={15} />
            New {kind}
          </ButtonLink>
        ))}
      />
      <FilterBar {...{ search, namespaces, kinds, change, clear }} problem={filtered.problem} />
      {error !== null && <Failure title={`The ${words.many} could not be loaded`} error={error} retry={retry} />}
      {pending && rows.length === 0 && error === null && <Loading what={words.many} lines={10} />}
      {rows.length > 0 && (
        <p role="status" className="mb-2 text-sm text-muted">
          {filtered.rows.length === rows.length
            ? `${rows.length} ${rows.length === 1 ? words.one : words.many}`
            : `${filtered.rows.length} of ${rows.length} ${words.many}`}
          {complete ? "" : " so far, more are coming …"}
        </p>
      )}
      {filtered.rows.length > 0 && (
        <IntentTable
          rows={filtered.rows}
          words={words}
          showKind={kinds.length > 1}
          sort={search.sort ?? "name"}
          onSort={(sort) => change("sort", sort === "name" ? undefined : sort)}
          hrefOf={({ segment, id }) => paths.intent({ project, segment, id })}
        />
      )}
      {!pending && complete && filtered.rows.length === 0 && (
        <div className="rounded-lg border border-line bg-surface">
          {isFiltered(search) ? (
            <Empty title={`None of ${rows.length} ${words.many} passes the filters.`}>
              <Link href={paths.list(project, list)} className="font-medium text-accent underline">
                Clear the filters
              </Link>
            </Empty>
          ) : (
            <Empty title={`There are no ${words.many} in this project yet.`}>
              Create the first one here, or with <code className="font-mono">fairlead apply -f</code>.
            </Empty>
          )}
        </div>
      )}
    </>
  );
}
