import { classNames } from "./class-names.ts";
import { Link } from "./link.tsx";

interface TabLinksProps {
  readonly label: string;
  readonly tabs: readonly { readonly label: string; readonly href: string; readonly current: boolean }[];
}

/** The parts of a page that have addresses of their own. */
export function TabLinks({ label, tabs }: TabLinksProps) {
  return (
    <nav aria-label={label} className="mb-4 border-b border-line">
      <ul className="-mb-px flex gap-1">
        {tabs.map((tab) => (
          <li key={tab.label}>
            <Link
              href={tab.href}
              aria-current={tab.current ? "page" : undefined}
              className={classNames(
                "inline-block border-b-2 px-3 py-2 text-sm",
                tab.current
                  ? "border-accent font-semibold text-accent-strong"
                  : "border-transparent text-muted hover:text-text",
              )}
            >
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
