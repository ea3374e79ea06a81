import { useQuery } from "@tanstack/react-query";
import { useLocation, useRouter } from "@tanstack/react-router";
import { CircleHelp, LogOut, Menu, MonitorCog, Moon, Sun, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useApi } from "../api/api-provider.tsx";
import { whoamiQuery } from "../api/queries.ts";
import { useLiveUpdates } from "../live/live-updates.ts";
import { paths } from "../paths.ts";
import { endSession } from "../session/session.ts";
import { chooseTheme, type ThemeChoice, useThemeChoice } from "../session/theme.ts";
import { Announcer } from "../ui/announcer.tsx";
import { Button } from "../ui/button.tsx";
import { Choice } from "../ui/choice.tsx";
import { Link } from "../ui/link.tsx";
import { Brand } from "./brand.tsx";
import { CertificateBanner } from "./certificate-banner.tsx";
import { useCurrentProject } from "./current-project.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { LiveIndicator } from "./live-indicator.tsx";
import { Navigation } from "./navigation.tsx";
import { useFocusAfterNavigation } from "./use-focus-after-navigation.ts";
import { useKeys } from "./use-keys.ts";

/** The frame around every page: head, navigation, and what is said to screen readers. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const client = useApi();
  const live = useLiveUpdates();
  const { history } = useRouter();
  const { pathname } = useLocation();
  const { data: whoami } = useQuery(whoamiQuery(client));
  const { projects, project } = useCurrentProject();
  const { helpOpen, openHelp, closeHelp } = useKeys(project?.id);
  const [navOpen, setNavOpen] = useState(false);
  useFocusAfterNavigation();
  const switchProject = (id: string) => {
    const list = /^\/projects\/[^/]+\/(gateways|routes|ingresses)$/.exec(pathname)?.[1];
    history.push(paths.list(id, list === "gateways" || list === "ingresses" ? list : "routes"));
  };
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-30 flex h-12 items-center gap-3 border-b border-line bg-surface px-3 lg:px-4">
        <span className="lg:hidden">
          <Button
            kind="quiet"
            label={navOpen ? "Close navigation" : "Open navigation"}
            onClick={() => setNavOpen(!navOpen)}
          >
            {navOpen ? <X aria-hidden size={18} /> : <Menu aria-hidden size={18} />}
          </Button>
        </span>
        <Link href={paths.clusters()} className="flex items-center rounded-md">
          <Brand />
        </Link>
        <span className="hidden min-w-0 truncate text-sm text-muted sm:inline">{whoami?.organization.name}</span>
        <span className="flex-1" />
        <LiveIndicator state={live} />
        <ThemeButton />
        <span className="max-sm:hidden">
          <Button kind="quiet" label="Keyboard help" onClick={openHelp}>
            <CircleHelp aria-hidden size={17} />
          </Button>
        </span>
        <Button kind="quiet" label="Sign out" onClick={() => endSession("You have signed out.")}>
          <LogOut aria-hidden size={17} />
        </Button>
      </header>
      <div className="flex min-h-0 flex-1">
        <div
          className={`${navOpen ? "max-lg:fixed max-lg:inset-x-0 max-lg:top-12 max-lg:z-20 max-lg:border-b max-lg:shadow-lg" : "max-lg:hidden"} flex w-full flex-col gap-4 border-line bg-surface p-3 lg:sticky lg:top-12 lg:h-[calc(100dvh-3rem)] lg:w-52 lg:shrink-0 lg:border-r`}
        >
          <Navigation project={project?.id} onNavigate={() => setNavOpen(false)}>
            {projects.length > 1 && (
              <Choice
                label="Project"
                value={project?.id ?? ""}
                options={projects.map(({ id, name }) => [id, name] as const)}
                onChange={switchProject}
              />
            )}
          </Navigation>
        </div>
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 px-3 py-4 sm:px-5 lg:px-6">
          <CertificateBanner />
          {children}
        </main>
      </div>
      <Announcer />
      <HelpDialog open={helpOpen} onClose={closeHelp} />
    </div>
  );
}

const THEMES = {
  system: { next: "light", symbol: MonitorCog, label: "Theme: as the system. Switch to light" },
  light: { next: "dark", symbol: Sun, label: "Theme: light. Switch to dark" },
  dark: { next: "system", symbol: Moon, label: "Theme: dark. Switch to the system's" },
} as const satisfies Record<ThemeChoice, { next: ThemeChoice; symbol: unknown; label: string }>;

function ThemeButton() {
  const { next, symbol: Icon, label } = THEMES[useThemeChoice()];
  return (
    <Button kind="quiet" label={label} onClick={() => chooseTheme(next)}>
      <Icon aria-hidden size={17} />
    </Button>
  );
}
