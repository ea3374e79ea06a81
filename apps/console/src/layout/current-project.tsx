import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { useApi } from "../api/api-provider.tsx";
import { projectsQuery } from "../api/queries.ts";

const STORED_AS = "fairlead.project";

/** The project in view: the address's, else the last one that was, else the first. Undefined while none is known. */
export function useCurrentProject() {
  const client = useApi();
  const { data: projects = [] } = useQuery(projectsQuery(client));
  const { pathname } = useLocation();
  const addressed = /^\/projects\/([^/]+)/.exec(pathname)?.[1];
  const wanted = addressed ?? sessionStorage.getItem(STORED_AS);
  const project = projects.find(({ id }) => id === wanted) ?? (addressed === undefined ? projects[0] : undefined);
  if (project !== undefined) sessionStorage.setItem(STORED_AS, project.id);
  return { projects, project };
}
