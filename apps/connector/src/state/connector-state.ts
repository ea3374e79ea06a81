import type { Log } from "@fairlead/core";
import { BundleStore } from "../bundle-store.ts";
import { type DeleteLog, FileDeleteLog } from "../guard/delete-log.ts";
import { Identity } from "../identity.ts";
import { DirectoryIdentity } from "./directory-identity.ts";
import { DirectoryLog } from "./directory-log.ts";
import { SecretDeletes } from "./secret-deletes.ts";
import { SecretIdentity } from "./secret-identity.ts";
import { SecretLog, type SecretLogOptions } from "./secret-log.ts";
import type { StateLog } from "./state-log.ts";

/** Everything a connector keeps across restarts. */
export interface ConnectorState extends AsyncDisposable {
  readonly identity: Identity;
  readonly store: BundleStore;
  /** What the guard counted. */
  readonly deletes: DeleteLog;
}

/** State in a folder, made with mode 0700. Throws `cache_corrupt` when the identity is damaged. */
export async function openDirectoryState(directory: string, log: Log): Promise<ConnectorState> {
  const identity = await Identity.open(new DirectoryIdentity(directory));
  await using opened = new AsyncDisposableStack();
  const store = await bundleOf(identity, opened.use(DirectoryLog.open(directory, log)), log);
  const deletes = opened.use(new FileDeleteLog(directory, log));
  const resources = opened.move();
  return { identity, store, deletes, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** State in Secrets of a namespace, for whoever leads. Waits for the API server. Throws as {@link openDirectoryState} does. */
export async function openClusterState(options: SecretLogOptions): Promise<ConnectorState> {
  const identity = await Identity.open(new SecretIdentity(options));
  await using opened = new AsyncDisposableStack();
  const store = await bundleOf(identity, opened.use(await SecretLog.open(options)), options.log);
  const deletes = new SecretDeletes(options);
  const resources = opened.move();
  return { identity, store, deletes, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** The kept bundle. One beside an identity that never enrolled was another's, whose identity was taken away: it goes. */
async function bundleOf({ clusterId }: Identity, bundle: StateLog, log: Log): Promise<BundleStore> {
  const keys = clusterId === undefined ? [...bundle.entries.keys()] : [];
  if (keys.length > 0) log.warn("bundle of an earlier identity is not used", { entries: keys.length });
  await bundle.write(keys.map((key) => [key, undefined]));
  return new BundleStore(bundle);
}
