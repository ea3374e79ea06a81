import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { List, Workflow } from "lucide-react";
import { lazy, Suspense, useDeferredValue, useMemo, useState } from "react";
import { useApi } from "../../api/api-provider.tsx";
import { clustersQuery } from "../../api/queries.ts";
import { largerLimit, limitOf, type TopologySearch } from "../../domain/topology/topology-search.ts";
import { type ViewNode, viewTopology } from "../../domain/topology/view-topology.ts";
import { paths } from "../../paths.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Failure } from "../../ui/failure.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { topologyQuery } from "./topology-query.ts";
import { TopologyTable } from "./topology-table.tsx";

// The diagram brings a library of its own, which no other page needs.
const TopologyDiagram = lazy(async () => ({ default: (await import("./topology-diagram.tsx")).TopologyDiagram }));

interface TopologyPageProps {
  readonly cluster: string;
  readonly search: TopologySearch;
}

/** Where requests go in a cluster: gateway → listener → route → service → endpoint, as a picture or as a list. */
export function TopologyPage({ cluster, search }: TopologyPageProps) {
  const client = useApi();
  const { history } = useRouter();
  const topology = useQuery(topologyQuery(client, cluster));
  const clusters = useQuery(clustersQuery(client));
  const name = clusters.data?.find(({ id }) => id === cluster)?.name ?? "the cluster";
  const wanted = useDeferredValue(search);
  const view = useMemo(
    () =>
      topology.data &&
      viewTopology(topology.data, {
        text: wanted.q ?? "",
        problemsOnly: wanted.show === "problems",
        focus: wanted.focus,
        limit: limitOf(wanted),
      }),
    [topology.data, wanted],
  );
  const go = (change: TopologySearch) => history.replace(paths.topology(cluster, { ...search, ...change }));
  const focusHrefOf = ({ id, shows }: ViewNode) =>
    shows !== "node" || id === search.focus ? undefined : paths.topology(cluster, { ...search, focus: id });
  const asList = search.view === undefined ? matchMedia("(width < 48rem)").matches : search.view === "list";
  const focused = topology.data?.nodes.find(({ id }) => id === search.focus);
  const more = largerLimit(limitOf(search));
  const hidden = view?.nodes.some(({ shows }) => shows === "more") === true;
  return (
    <>
      <PageHeader
        title={`Topology of ${name}`}
        trail={
          <>
            <TextLink href={paths.clusters()}>Clusters</TextLink> /{" "}
            <TextLink href={paths.cluster(cluster)}>{name}</TextLink>
          </>
        }
        actions={
          <>
            <Button pressed={!asList} onClick={() => go({ view: "diagram" })}>
              <Workflow aria-hidden size={15} /> Diagram
            </Button>
            <Button pressed={asList} onClick={() => go({ view: "list" })}>
              <List aria-hidden size={15} /> List
            </Button>
          </>
        }
      />
      <search aria-label="Filters" className="mb-3 flex flex-wrap items-center gap-2">
        <div className="min-w-0 flex-1 sm:max-w-72">
          <FilterField value={search.q ?? ""} onChange={(q) => go({ q })} />
        </div>
        <div className="w-40">
          <Choice
            label="Show"
            labelHidden
            value={search.show ?? ""}
            options={[
              ["", "Everything"],
              ["problems", "Only problems"],
            ]}
            onChange={(show) => go({ show })}
          />
        </div>
        {focused !== undefined && (
          <Button onClick={() => go({ focus: "" })}>
            Leave focus on {focused.kind} {focused.label}
          </Button>
        )}
      </search>
      {topology.isError && (
        <Failure
          title="The topology could not be loaded"
          error={topology.error}
          retry={() => void topology.refetch()}
        />
      )}
      {topology.isPending && <Loading what="the topology" lines={10} />}
      {view !== undefined && (
        <p role="status" className="mb-2 flex flex-wrap items-center gap-x-3 text-sm text-muted">
          {view.matching === view.total ? `${view.total} things` : `${view.matching} of ${view.total} things`}
          {hidden && more !== undefined && <Button onClick={() => go({ limit: `${more}` })}>Show more</Button>}
        </p>
      )}
      {topology.data?.truncated === true && (
        <div className="mb-3">
          <Notice severity="info" title="The cluster has more than is sent at once: this is a part of it." />
        </div>
      )}
      {view !== undefined && view.nodes.length === 0 && (
        <div className="rounded-lg border border-line bg-surface">
          {view.total === 0 ? (
            <Empty title="Nothing lets requests in here yet.">
              A Gateway or an Ingress that is placed on this cluster will be seen here.
            </Empty>
          ) : (
            <Empty title={search.show === "problems" ? "Nothing has a problem." : "Nothing passes the filter."}>
              <TextLink href={paths.topology(cluster, { view: search.view ?? "" })}>Show everything</TextLink>
            </Empty>
          )}
        </div>
      )}
      {view !== undefined &&
        view.nodes.length > 0 &&
        (asList ? (
          <TopologyTable {...{ view, focusHrefOf }} hrefOf={paths.reported} />
        ) : (
          <Suspense fallback={<Loading what="the diagram" lines={10} />}>
            <TopologyDiagram {...{ view, focusHrefOf }} hrefOf={paths.reported} />
          </Suspense>
        ))}
    </>
  );
}

/** What is typed shows at once; the address, and with it the picture, follows. */
function FilterField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  return (
    <TextField
      label="Filter"
      labelHidden
      type="search"
      placeholder="Filter: any words  /"
      spellCheck={false}
      autoComplete="off"
      value={text}
      onChange={(next) => {
        setText(next);
        onChange(next);
      }}
    />
  );
}
