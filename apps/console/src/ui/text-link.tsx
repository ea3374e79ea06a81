import type { ReactNode } from "react";
import { Link } from "./link.tsx";

/** A link within text or a table. */
export function TextLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  return (
    <Link href={href} className="font-medium text-accent underline-offset-2 hover:underline">
      {children}
    </Link>
  );
}
