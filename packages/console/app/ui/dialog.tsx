import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "./button.tsx";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** The buttons besides the one that leaves. */
  actions?: ComponentChildren;
  /** The words of the button that leaves. */
  leave?: string;
}

/** A modal dialog; the browser keeps the focus inside it, and gives it back. Escape leaves. */
export function Dialog({ title, onClose, children, actions, leave = "Leave it" }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      shown?.close();
      // The browser gives the focus back itself, but not from a dialog that is gone already.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event: Event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={id}>{title}</h2>
      <div class="dialog-body">{children}</div>
      <div class="dialog-actions">
        <Button onClick={onClose}>{leave}</Button>
        {actions}
      </div>
    </dialog>
  );
}
