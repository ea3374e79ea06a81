import { useRouter } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  /** From the path builder. */
  readonly href: string;
  readonly ref?: Ref<HTMLAnchorElement>;
}

/** A link inside the console: a real one, that opens in this page when simply clicked. */
export function Link({ href, onClick, ...anchor }: LinkProps) {
  const { history } = useRouter();
  return (
    <a
      {...anchor}
      href={href}
      onClick={(event) => {
        onClick?.(event);
        const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
        if (event.defaultPrevented || !plain) return;
        event.preventDefault();
        history.push(href);
      }}
    />
  );
}
