import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

interface NoticeProps {
  readonly severity: "error" | "warning" | "info";
  readonly title: string;
  readonly children?: ReactNode;
  /** Read out at once when it appears. */
  readonly urgent?: boolean;
}

const SYMBOLS = { error: CircleAlert, warning: TriangleAlert, info: Info } as const;
const COLOURS = {
  error: "border-bad/40 bg-bad-ground text-bad",
  warning: "border-warning/40 bg-warning-ground text-warning",
  info: "border-line bg-sunken text-text",
} as const;

/** Something to know before going on: a title that says what, and below what to do about it. */
export function Notice({ severity, title, children, urgent = false }: NoticeProps) {
  const Icon = SYMBOLS[severity];
  return (
    <div
      role={urgent ? "alert" : undefined}
      className={classNames("flex gap-2.5 rounded-md border px-3 py-2.5", COLOURS[severity])}
    >
      <Icon aria-hidden size={16} className="mt-0.5 shrink-0" />
      <div className="min-w-0 flex-1 text-sm">
        <p className="font-medium break-words">{title}</p>
        {children !== undefined && <div className="mt-1 break-words text-text">{children}</div>}
      </div>
    </div>
  );
}
