import { useSyncExternalStore } from "react";

/** What the reader chose; `system` follows the machine. */
export type ThemeChoice = "system" | "light" | "dark";

const STORED_AS = "fairlead.theme";
const listeners = new Set<() => void>();
const machine = matchMedia("(prefers-color-scheme: dark)");
let choice: ThemeChoice = readChoice(localStorage.getItem(STORED_AS));

/** The present choice. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, () => choice);
}

/** Changes the choice and the page with it. */
export function chooseTheme(next: ThemeChoice): void {
  choice = next;
  localStorage.setItem(STORED_AS, next);
  showTheme();
  for (const listener of listeners) listener();
}

/** Puts the theme on the page and keeps it with the machine's. Called once, before anything is drawn. */
export function showTheme(): void {
  const dark = choice === "dark" || (choice === "system" && machine.matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

machine.addEventListener("change", showTheme);

function readChoice(stored: string | null): ThemeChoice {
  return stored === "light" || stored === "dark" ? stored : "system";
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
