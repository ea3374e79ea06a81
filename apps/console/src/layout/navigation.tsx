import { useLocation } from "@tanstack/react-router";
import { Network, Route, Server, Waypoints } from "lucide-react";
import type { ReactNode } from "react";
import { paths } from "../paths.ts";
import { classNames } from "../ui/class-names.ts";
import { Link } from "../ui/link.tsx";

interface NavigationProps {
  /** undefined while no project is known. */
  readonly project: string | undefined;
  readonly onNavigate: () => void;
  /** What stands above the links: the choice of a project. */
  readonly children: ReactNode;
}

/** The main navigation. */
export function Navigation({ project, onNavigate, children }: NavigationProps) {
  const { pathname } = useLocation();
  const intents = (list: "gateways" | "routes" | "ingresses", segments: readonly string[]) => ({
    href: project === undefined ? undefined : paths.list(project, list),
    current: new RegExp(`^/projects/[^/]+/(${list}$|(intents|new)/(${segments.join("|")})(/|$))`).test(pathname),
  });
  const items = [
    { label: "Clusters", symbol: Server, href: paths.clusters(), current: pathname.startsWith(paths.clusters()) },
    { label: "Gateways", symbol: Network, ...intents("gateways", ["gateways"]) },
    { label: "Routes", symbol: Route, ...intents("routes", ["http-routes", "grpc-routes"]) },
    { label: "Ingresses", symbol: Waypoints, ...intents("ingresses", ["ingresses"]) },
  ];
  return (
    <nav aria-label="Main" className="flex flex-col gap-4">
      {children}
      <ul className="flex flex-col gap-0.5">
        {items.map(({ label, symbol: Icon, href, current }) => (
          <li key={label}>
            {href === undefined ? (
              <span
                aria-disabled
                className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm text-muted"
                title="There is no project yet."
              >
                <Icon aria-hidden size={16} />
                {label} <span className="sr-only">(there is no project yet)</span>
              </span>
            ) : (
              <Link
                href={href}
                onClick={onNavigate}
                aria-current={current ? "page" : undefined}
                className={classNames(
                  "flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm",
                  current ? "bg-selected font-semibold text-accent-strong" : "hover:bg-sunken",
                )}
              >
                <Icon aria-hidden size={16} />
                {label}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}
