import { type InputHTMLAttributes, type Ref, useId } from "react";
import { classNames } from "./class-names.ts";

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "className" | "onChange"> {
  readonly label: string;
  /** The label is for screen readers alone; the placeholder says the same to everyone else. */
  readonly labelHidden?: boolean;
  readonly problem?: string | undefined;
  readonly onChange: (value: string) => void;
  readonly ref?: Ref<HTMLInputElement>;
}

/** One line of text with its label and, when wrong, what would be right. */
export function TextField({ label, labelHidden = false, problem, onChange, ref, ...input }: TextFieldProps) {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className={labelHidden ? "sr-only" : "mb-1 block text-sm font-medium"}>
        {label}
      </label>
      <input
        {...input}
        ref={ref}
        id={id}
        aria-invalid={problem !== undefined || undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        onChange={(event) => onChange(event.target.value)}
        className={classNames(
          "h-8 w-full rounded-md border bg-surface px-2.5 text-sm placeholder:text-muted",
          problem === undefined ? "border-line-strong/60" : "border-bad",
        )}
      />
      {problem !== undefined && (
        <p id={`${id}-problem`} className="mt-1 text-sm text-bad">
          {problem}
        </p>
      )}
    </div>
  );
}
