import { type ReactNode, type Ref, useId } from "react";
import { classNames } from "./class-names.ts";

interface ButtonProps {
  readonly children: ReactNode;
  readonly onClick?: () => void;
  readonly kind?: "primary" | "plain" | "danger" | "quiet";
  readonly type?: "button" | "submit";
  /** Why it cannot be pressed now. It stays in sight and in the tab order, and says so. */
  readonly disabledReason?: string | undefined;
  /** Shows the reason beside the button instead of only on hover and to screen readers. */
  readonly showReason?: boolean;
  /** For buttons that show a symbol alone. */
  readonly label?: string;
  readonly pressed?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

const LOOKS = {
  primary: "border-transparent bg-accent text-on-accent hover:bg-accent-strong",
  plain: "border-line-strong/60 bg-surface text-text hover:bg-sunken",
  danger: "border-transparent bg-bad text-surface hover:opacity-90",
  pressed: "border-accent bg-selected text-accent-strong",
  quiet: "border-transparent bg-transparent text-text hover:bg-sunken",
} as const;

/** A button. When it cannot be pressed it is not hidden: it says why. */
export function Button({ children, onClick, kind = "plain", type = "button", ...more }: ButtonProps) {
  const { disabledReason, showReason = false, label, pressed, ref } = more;
  const reasonId = useId();
  const disabled = disabledReason !== undefined;
  return (
    <span className="inline-flex items-center gap-2">
      <button
        ref={ref}
        type={type}
        aria-label={label}
        aria-pressed={pressed}
        aria-disabled={disabled || undefined}
        aria-describedby={disabled ? reasonId : undefined}
        title={disabledReason ?? label}
        onClick={(event) => {
          if (disabled) event.preventDefault();
          else onClick?.();
        }}
        className={classNames(
          "inline-flex h-8 items-center justify-center gap-1.5 rounded-md border text-sm font-medium whitespace-nowrap",
          disabled ? "cursor-not-allowed border-line bg-sunken text-muted" : LOOKS[pressed === true ? "pressed" : kind],
          label === undefined ? "px-3" : "w-8",
        )}
      >
        {children}
      </button>
      {disabled && (
        <span id={reasonId} className={showReason ? "text-sm text-muted" : "sr-only"}>
          {disabledReason}
        </span>
      )}
    </span>
  );
}
