import type { ReactNode } from "react";

interface ScrollRegionProps {
  readonly label: string;
  readonly children: ReactNode;
}

/** What may be wider than the page: it scrolls by itself, with the keyboard too. */
export function ScrollRegion({ label, children }: ScrollRegionProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1).
    <section aria-label={label} tabIndex={0} className="overflow-x-auto">
      {children}
    </section>
  );
}
