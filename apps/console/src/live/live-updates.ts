import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useApi } from "../api/api-provider.tsx";
import { intentApi } from "../api/intent-api.ts";
import { type IntentList, keys } from "../api/queries.ts";
import { failureCode } from "../domain/describe-failure.ts";
import { kindNamed } from "../domain/kinds.ts";
import { addEvent, NOTHING, type Refresh, type TouchedIntent } from "../domain/live-refresh.ts";
import { endSession } from "../session/session.ts";

/** How the stream of changes is. */
export type LiveState = "connecting" | "live" | "lost";

/** Events are gathered this long before anything is read again, in milliseconds. */
const GATHER_MS = 150;
/** Above so many changed intents of a burst, whole lists are cheaper than single reads. */
const SINGLE_READS = 20;

/** Follows the API's stream of changes for as long as the component lives, and reads again what it names. */
export function useLiveUpdates(): LiveState {
  const client = useApi();
  const cache = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    let waiting = NOTHING;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readAgain = () => {
      const refresh = waiting;
      [waiting, timer] = [NOTHING, undefined];
      apply(refresh, cache, readOne);
    };
    const readOne = async ({ project, id, kind }: TouchedIntent) => {
      const info = kindNamed(kind);
      return info === undefined ? undefined : intentApi(client, info).get({ params: { project, id }, signal });
    };
    const follow = async () => {
      const onConnection = (live: boolean) => setState(live ? "live" : "lost");
      for await (const event of client.events({ signal, onConnection })) {
        waiting = addEvent(waiting, event);
        timer ??= setTimeout(readAgain, GATHER_MS);
      }
    };
    follow().catch((error: unknown) => {
      setState("lost");
      if (failureCode(error) === "unauthenticated") endSession("The token was revoked. Sign in with another one.");
    });
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [client, cache]);
  return state;
}

function apply(
  refresh: Refresh,
  cache: QueryClient,
  read: (intent: TouchedIntent) => Promise<IntentList["items"][number] | undefined>,
): void {
  if (refresh.everything) return void cache.invalidateQueries();
  if (refresh.clusters) void cache.invalidateQueries({ queryKey: keys.clusters });
  if (refresh.projects) void cache.invalidateQueries({ queryKey: keys.projects });
  if (refresh.convergence) {
    void cache.invalidateQueries({ queryKey: keys.rollUp });
    void cache.invalidateQueries({ queryKey: ["convergence"] });
    void cache.invalidateQueries({ queryKey: ["cluster"] });
  }
  for (const intent of refresh.intents.values()) {
    void cache.invalidateQueries({ queryKey: keys.intent(intent.id) });
    void cache.invalidateQueries({ queryKey: keys.revisions(intent.id) });
    const list = keys.intents(intent.project, intent.kind);
    if (cache.getQueryData<IntentList>(list)?.complete !== true || refresh.intents.size > SINGLE_READS) {
      void cache.invalidateQueries({ queryKey: list });
    } else if (intent.gone) replaceInList(cache, intent, undefined);
    else {
      read(intent).then(
        (fresh) => fresh && replaceInList(cache, intent, fresh),
        () => cache.invalidateQueries({ queryKey: list }),
      );
    }
  }
}

function replaceInList(
  cache: QueryClient,
  { project, kind, id }: TouchedIntent,
  fresh: IntentList["items"][number] | undefined,
): void {
  cache.setQueryData<IntentList>(keys.intents(project, kind), (list) => {
    if (list === undefined) return undefined;
    const others = list.items.filter((one) => one.id !== id);
    return { ...list, items: fresh === undefined ? others : [...others, fresh] };
  });
}
