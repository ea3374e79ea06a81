let wished = false;

/** Asks the next page heading that appears to take the focus. */
export function wishFocus(): void {
  wished = true;
}

/** A ref for a page heading: takes the focus when it was asked for. A page may show its heading long after navigation. */
export function focusWhenWished(heading: HTMLElement | null): void {
  if (heading === null || !wished) return;
  wished = false;
  heading.focus({ preventScroll: true });
}
