import { useEffect, useRef } from "preact/hooks";
import { isEmptyView, isTag, type View, writeView } from "../../logic/filters.ts";
import { isStatus, STATUS_NAMES, STATUSES } from "../../logic/status.ts";
import { replaceAddress } from "../../state/router.ts";
import { knownSummary } from "../../state/summary.ts";
import { Field } from "../../ui/field.tsx";

function show(view: View): void {
  replaceAddress(`#/jobs${writeView(view)}`);
}

/** Each filter is in the address, so that a link is a saved view. */
export function Filters({ view }: { view: View }) {
  return (
    <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <StatusField view={view} />
      <TextField
        label="Tag"
        placeholder="name:value"
        value={view.tag}
        isValid={isTag}
        onValue={(tag) => show({ ...view, tag })}
      />
      <TextField
        label="Product"
        placeholder="type8+from2"
        value={view.product}
        isValid={() => true}
        onValue={(product) => show({ ...view, product })}
      />
      <DayField label="From (UTC)" value={view.from} onValue={(from) => show({ ...view, from })} />
      <DayField label="To (UTC)" value={view.to} onValue={(to) => show({ ...view, to })} />
      {!isEmptyView(view) && (
        <a class="button button-quiet" href="#/jobs">
          Clear
        </a>
      )}
    </form>
  );
}

function StatusField({ view }: { view: View }) {
  const counts = knownSummary()?.counts;
  return (
    <Field label="Status">
      <select
        value={view.status ?? ""}
        onChange={({ currentTarget: { value } }) =>
          show({ ...view, status: isStatus(value) ? value : undefined })
        }
      >
        <option value="">Any</option>
        {STATUS_NAMES.map((name) => (
          <option key={name} value={name}>
            {STATUSES[name].label}
            {counts?.[name] ? ` (${counts[name]})` : ""}
          </option>
        ))}
      </select>
    </Field>
  );
}

interface TextFieldProps {
  label: string;
  placeholder: string;
  value: string | undefined;
  isValid: (text: string) => boolean;
  onValue: (text: string | undefined) => void;
}

/** Takes effect with Enter, or when it is left: not every letter on the way is a view. */
function TextField({ label, placeholder, value, isValid, onValue }: TextFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.value = value ?? "";
  }, [value]);
  const take = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const text = currentTarget.value.trim();
    const accepted = text === "" || isValid(text);
    currentTarget.setAttribute("aria-invalid", String(!accepted));
    if (accepted && text !== (value ?? "")) onValue(text === "" ? undefined : text);
  };
  return (
    <Field label={label}>
      <input
        ref={input}
        type="search"
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
        onChange={take}
        onSearch={take}
      />
    </Field>
  );
}

interface DayFieldProps {
  label: string;
  value: string | undefined;
  onValue: (day: string | undefined) => void;
}

function DayField({ label, value, onValue }: DayFieldProps) {
  return (
    <Field label={label}>
      <input
        type="date"
        value={value ?? ""}
        onChange={({ currentTarget }) => onValue(currentTarget.value || undefined)}
      />
    </Field>
  );
}
