interface LoadingProps {
  /** What is awaited, such as `clusters`. */
  readonly what: string;
  readonly lines?: number;
}

/** A place whose content is on its way, in about its later size. */
export function Loading({ what, lines = 4 }: LoadingProps) {
  return (
    <div role="status" className="flex flex-col gap-3 py-2">
      <span className="sr-only">Loading {what} …</span>
      {Array.from({ length: lines }, (_, line) => `line-${line}`).map((key) => (
        <div key={key} aria-hidden className="h-5 animate-pulse rounded bg-sunken" />
      ))}
    </div>
  );
}
