/** The product's mark and name. */
export function Brand() {
  return (
    <span className="inline-flex items-center gap-2 text-base font-semibold tracking-tight">
      <svg aria-hidden="true" viewBox="0 0 32 32" className="size-6">
        <title>Fairlead</title>
        <rect width="32" height="32" rx="7" fill="#0b6265" />
        <circle cx="16" cy="16" r="7.5" fill="none" stroke="#fff" strokeWidth="3" />
        <path d="M2 16h8.5M21.5 16H30" stroke="#7fe0d8" strokeWidth="3" strokeLinecap="round" />
      </svg>
      Fairlead
    </span>
  );
}
