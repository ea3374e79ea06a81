import { type ComponentType, lazy, Suspense } from "react";
import { Loading } from "../ui/loading.tsx";

/** The page of one intent, which reads and writes YAML. */
export const IntentPage = later(() => import("./intent/intent-page.tsx").then((module) => module.IntentPage));

/** The page of an intent that is to be. */
export const NewIntentPage = later(() => import("./intent/new-intent-page.tsx").then((module) => module.NewIntentPage));

/** The page of where requests go in a cluster. */
export const TopologyPage = later(() => import("./topology/topology-page.tsx").then((module) => module.TopologyPage));

/** A page whose code is not part of what the console's first page waits for. */
function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const Page = lazy(async () => ({ default: await load() }));
  return (props) => (
    <Suspense fallback={<Loading what="the page" lines={8} />}>
      <Page {...props} />
    </Suspense>
  );
}
