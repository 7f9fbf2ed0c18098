import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { tell } from "../state/toasts.ts";
import { Icon, type IconName } from "./icon.tsx";

interface ButtonProps {
  onClick: () => void;
  children: ComponentChildren;
  icon?: IconName;
  look?: "plain" | "primary" | "danger" | "quiet";
  disabled?: boolean;
  /** Where the visible words are not enough. */
  label?: string;
}

export function Button({
  onClick,
  children,
  icon,
  look = "plain",
  disabled = false,
  label,
}: ButtonProps) {
  return (
    <button
      type="button"
      class={`button button-${look}`}
      disabled={disabled}
      onClick={onClick}
      {...(label !== undefined && { "aria-label": label })}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** Copies a text; says so in its own place. @param what is copied, for its label */
export function CopyButton({
  text,
  what,
  words = "Copy",
}: {
  text: string;
  what: string;
  words?: string;
}) {
  const copied = useSignal(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      copied.value = true;
      setTimeout(() => {
        copied.value = false;
      }, 2_000);
    } catch {
      tell(`The browser did not let ${what} be copied`, "bad");
    }
  };
  return (
    <Button look="quiet" icon="copy" label={`${words}: ${what}`} onClick={() => void copy()}>
      {copied.value ? "Copied" : words}
    </Button>
  );
}
