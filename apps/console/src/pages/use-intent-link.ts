import { kindNamed } from "../domain/kinds.ts";
import { useCurrentProject } from "../layout/current-project.tsx";
import { paths } from "../paths.ts";

/**
 * Gives the way to an intent of a kind, of which only the id is known. Reports name no project: the link takes the one
 * in view, and with several projects there is none unless it must be right.
 */
export function useIntentLink(): (kind: string, id: string) => string | undefined {
  const { projects, project } = useCurrentProject();
  return (kind, id) => {
    const info = kindNamed(kind);
    if (info === undefined || project === undefined || projects.length !== 1) return undefined;
    return paths.intent({ project: project.id, segment: info.segment, id });
  };
}
