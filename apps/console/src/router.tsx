import { createRootRoute, createRoute, createRouter, Outlet, redirect } from "@tanstack/react-router";
import { textOf } from "./domain/json-access.ts";
import type { ListName } from "./domain/kinds.ts";
import { readListSearch } from "./domain/list-search.ts";
import { formatSearchPart, parseSearchPart } from "./domain/search-part.ts";
import { readTopologySearch } from "./domain/topology/topology-search.ts";
import { Root } from "./layout/root.tsx";
import { ClusterPage } from "./pages/clusters/cluster-page.tsx";
import { ClustersPage } from "./pages/clusters/clusters-page.tsx";
import { IntentPage, NewIntentPage, TopologyPage } from "./pages/later-pages.tsx";
import { ListPage } from "./pages/list/list-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { paths } from "./paths.ts";
import { Failure } from "./ui/failure.tsx";

const rootRoute = createRootRoute({
  component: () => (
    <Root>
      <Outlet />
    </Root>
  ),
  notFoundComponent: NotFoundPage,
});

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ href: paths.clusters() });
  },
});

const clustersRoute = createRoute({ getParentRoute: () => rootRoute, path: "/clusters", component: ClustersPage });

const clusterRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/clusters/$cluster",
  component: () => <ClusterPage cluster={clusterRoute.useParams().cluster} />,
});

const topologyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/clusters/$cluster/topology",
  validateSearch: readTopologySearch,
  component: () => <TopologyPage cluster={topologyRoute.useParams().cluster} search={topologyRoute.useSearch()} />,
});

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/projects/$project/$list",
  validateSearch: readListSearch,
  component: () => {
    const { project, list } = listRoute.useParams();
    const search = listRoute.useSearch();
    return isListName(list) ? <ListPage key={`${project} ${list}`} {...{ project, list, search }} /> : <NotFoundPage />;
  },
});

const newIntentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/projects/$project/new/$segment",
  component: () => {
    const { project, segment } = newIntentRoute.useParams();
    return <NewIntentPage key={segment} project={project} segment={segment} />;
  },
});

const intentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/projects/$project/intents/$segment/$id",
  component: () => <IntentPage address={intentRoute.useParams()} tab="overview" search={{}} />,
});

const intentTabRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/projects/$project/intents/$segment/$id/$tab",
  validateSearch: readTexts,
  component: () => {
    const { tab, ...address } = intentTabRoute.useParams();
    const search = intentTabRoute.useSearch();
    return tab === "yaml" || tab === "revisions" ? <IntentPage {...{ address, tab, search }} /> : <NotFoundPage />;
  },
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  clustersRoute,
  clusterRoute,
  topologyRoute,
  listRoute,
  newIntentRoute,
  intentRoute,
  intentTabRoute,
]);

/** The console's router. Values in the search part are texts, as they are typed. */
export const router = createRouter({
  routeTree,
  parseSearch: parseSearchPart,
  stringifySearch: formatSearchPart,
  defaultErrorComponent: ({ error, reset }) => <Failure title="This page has failed" error={error} retry={reset} />,
  scrollRestoration: true,
});

function readTexts(search: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(search).flatMap(([key, value]) => (textOf(value) ? [[key, String(value)]] : [])),
  );
}

function isListName(text: string): text is ListName {
  return text === "gateways" || text === "routes" || text === "ingresses";
}
