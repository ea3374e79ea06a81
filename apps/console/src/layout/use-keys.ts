import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { type KeyState, pressKey } from "../domain/go-to-keys.ts";
import { paths } from "../paths.ts";

/** Listens to the keys that work on every page. Gives whether the help is open. */
export function useKeys(project: string | undefined) {
  const { history } = useRouter();
  const [helpOpen, setHelpOpen] = useState(false);
  useEffect(() => {
    let state: KeyState = "idle";
    const onKeyDown = (event: KeyboardEvent) => {
      const modified = event.ctrlKey || event.metaKey || event.altKey;
      const { state: next, command } = pressKey(state, { key: event.key, modified, typing: isTyping(event) });
      state = event.key === "Shift" ? state : next;
      if (command === undefined) return;
      event.preventDefault();
      if (command.command === "help") setHelpOpen(true);
      else if (command.command === "filter") focusFilter();
      else if (command.command === "go") {
        if (command.to === "clusters") history.push(paths.clusters());
        else if (project !== undefined) history.push(paths.list(project, command.to));
      } else document.dispatchEvent(new CustomEvent(ROW_EVENT, { detail: command.command === "next" ? 1 : -1 }));
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [history, project]);
  return { helpOpen, openHelp: () => setHelpOpen(true), closeHelp: () => setHelpOpen(false) };
}

/** Sent to whoever shows rows: `detail` is 1 for the next row and -1 for the one before. */
export const ROW_EVENT = "fairlead:row";

function focusFilter(): void {
  const filter = document.querySelector('input[type="search"]');
  if (filter instanceof HTMLInputElement) filter.focus();
}

// The editor lives in a shadow root, so the target seen from the document is only its host.
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  const dialogOpen = document.querySelector('[role="dialog"]') !== null;
  return dialogOpen || target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
