import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Link } from "./link.tsx";

interface ButtonLinkProps {
  readonly href: string;
  readonly kind?: "primary" | "plain";
  readonly children: ReactNode;
}

/** A link that begins something, and so looks like a button. */
export function ButtonLink({ href, kind = "plain", children }: ButtonLinkProps) {
  return (
    <Link
      href={href}
      className={classNames(
        "inline-flex h-8 items-center gap-1.5 rounded-md border px-3 text-sm font-medium whitespace-nowrap",
        kind === "primary"
          ? "border-transparent bg-accent text-on-accent hover:bg-accent-strong"
          : "border-line-strong/60 bg-surface hover:bg-sunken",
      )}
    >
      {children}
    </Link>
  );
}
