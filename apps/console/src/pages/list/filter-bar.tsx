import { useEffect, useRef, useState } from "react";
import type { KindInfo } from "../../domain/kinds.ts";
import { isFiltered, type ListField, type ListSearch } from "../../domain/list-search.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { TextField } from "../../ui/text-field.tsx";

interface FilterBarProps {
  readonly search: ListSearch;
  readonly namespaces: readonly string[];
  readonly kinds: readonly KindInfo[];
  readonly problem: string | undefined;
  readonly change: (field: ListField, value: string | undefined) => void;
  readonly clear: () => void;
}

const STATES = ["converged", "progressing", "rejected", "unknown", "unplaced"] as const;

/** The filters of a list. All of them live in the address. */
export function FilterBar({ search, namespaces, kinds, problem, change, clear }: FilterBarProps) {
  const any = (values: readonly string[], all: string): (readonly [string, string])[] => [
    ["", all],
    ...values.map((value) => [value, value] as const),
  ];
  const set = (field: ListField) => (value: string) => change(field, value === "" ? undefined : value);
  return (
    <search aria-label="Filters" className="mb-3 grid grid-cols-2 gap-2 sm:grid-cols-3 lg:flex lg:flex-wrap">
      <div className="col-span-2 sm:col-span-1 lg:w-64">
        <TypedField label="Filter" placeholder="Filter: any words  /" value={search.q ?? ""} onChange={set("q")} />
      </div>
      <div className="lg:w-40">
        <Choice
          label="Namespace"
          labelHidden
          value={search.namespace ?? ""}
          options={any(namespaces, "All namespaces")}
          onChange={set("namespace")}
        />
      </div>
      <div className="lg:w-36">
        <Choice
          label="State"
          labelHidden
          value={search.state ?? ""}
          options={any(STATES, "All states")}
          onChange={set("state")}
        />
      </div>
      {kinds.length > 1 && (
        <div className="lg:w-36">
          <Choice
            label="Kind"
            labelHidden
            value={search.kind ?? ""}
            options={any(
              kinds.map(({ kind }) => kind),
              "All kinds",
            )}
            onChange={set("kind")}
          />
        </div>
      )}
      <div className="lg:w-44">
        <TypedField label="Host" placeholder="Host" value={search.host ?? ""} onChange={set("host")} />
      </div>
      <div className="lg:w-52">
        <TypedField
          label="Label selector"
          placeholder="Labels: app=web,!old"
          value={search.labels ?? ""}
          problem={problem}
          onChange={set("labels")}
        />
      </div>
      {isFiltered(search) && (
        <Button kind="quiet" onClick={clear}>
          Clear
        </Button>
      )}
    </search>
  );
}

interface TypedFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly problem?: string | undefined;
  readonly onChange: (value: string) => void;
}

/** What is typed shows at once; the address, and with it the list, follows in the same turn. */
function TypedField({ label, placeholder, value, problem, onChange }: TypedFieldProps) {
  const [text, setText] = useState(value);
  const written = useRef(value);
  useEffect(() => {
    // The address changed by itself (back button, cleared filters): the field follows.
    if (value !== written.current) {
      written.current = value;
      setText(value);
    }
  }, [value]);
  return (
    <TextField
      label={label}
      labelHidden
      type={label === "Filter" ? "search" : "text"}
      placeholder={placeholder}
      value={text}
      problem={problem}
      spellCheck={false}
      autoComplete="off"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // Chromium would empty the field: whoever leaves it wants to see what passed the filter.
        event.preventDefault();
        event.currentTarget.blur();
      }}
      onChange={(next) => {
        setText(next);
        written.current = next;
        onChange(next);
      }}
    />
  );
}
