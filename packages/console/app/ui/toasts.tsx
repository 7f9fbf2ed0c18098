import { dismiss, toasts } from "../state/toasts.ts";
import { Button } from "./button.tsx";

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, tone }) => (
        <div key={id} class={`toast toast-${tone}`}>
          <bdi>{text}</bdi>
          <Button look="quiet" icon="cancel" label="Dismiss" onClick={() => dismiss(id)}>
            {""}
          </Button>
        </div>
      ))}
    </div>
  );
}
