import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { wishFocus } from "../ui/focus-wish.ts";

/**
 * After a change of page the focus goes to its heading, so that keyboard and screen reader begin where the reader looks.
 * The tabs of a page keep theirs: its heading stays.
 */
export function useFocusAfterNavigation(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onBeforeLoad", ({ pathChanged, fromLocation }) => {
        if (pathChanged && fromLocation !== undefined) wishFocus();
      }),
    [router],
  );
}
