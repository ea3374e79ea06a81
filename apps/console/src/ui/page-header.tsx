import type { ReactNode } from "react";
import { focusWhenWished } from "./focus-wish.ts";

interface PageHeaderProps {
  readonly title: string;
  /** Where the page hangs: links upwards. */
  readonly trail?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** The head of a page: its name (also the window's title, and where the focus goes after navigation) and its actions. */
export function PageHeader({ title, trail, actions, children }: PageHeaderProps) {
  return (
    <div className="mb-4 flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
      <title>{`${title} · Fairlead`}</title>
      <div className="min-w-0">
        {trail !== undefined && <div className="mb-0.5 text-sm text-muted">{trail}</div>}
        <h1 ref={focusWhenWished} tabIndex={-1} className="text-xl font-semibold tracking-tight break-words">
          {title}
        </h1>
        {children}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
