// Dialogs: the browser's own, which keeps the focus inside and gives it back; Esc closes.

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export function Dialog({
  label,
  onClose,
  children,
  className = "",
}: {
  label: string;
  onClose: () => void;
  children: ComponentChildren;
  className?: string;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    dialog.current?.showModal();
    return () => dialog.current?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={className}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      {children}
    </dialog>
  );
}

type Question = {
  title: string;
  detail: ComponentChildren;
  act: string;
  /** Asks for a few words that are logged with the act, and given to `onYes`. */
  asksReason?: boolean;
  onYes: (reason: string) => unknown;
};

const LEAST_REASON = 3;

const asked = signal<Question | undefined>(undefined);
const reason = signal("");

/** Asks before an act that cannot be taken back; the title names count and target. */
export function confirmFirst(question: Question): void {
  reason.value = "";
  asked.value = question;
}

/** For a button that is marked as disabled while it works, because a disabled one loses the focus. */
export function confirmUnless(isBusy: boolean, question: Question): void {
  if (!isBusy) confirmFirst(question);
}

/** Where questions appear; the page has one. */
export function Confirm() {
  const question = asked.value;
  if (!question) return null;
  const close = () => {
    asked.value = undefined;
  };
  return (
    <Dialog label={question.title} onClose={close}>
      <div class="body">
        <h2>{question.title}</h2>
        <div class="quiet">{question.detail}</div>
        {question.asksReason && (
          <label>
            Why, for the log of acts
            <input
              autoFocus
              maxLength={200}
              value={reason.value}
              onInput={(event) => (reason.value = event.currentTarget.value)}
            />
          </label>
        )}
      </div>
      <footer>
        <button type="button" onClick={close}>
          Leave it
        </button>
        <button
          type="button"
          class="first"
          disabled={question.asksReason === true && reason.value.trim().length < LEAST_REASON}
          onClick={() => {
            close();
            void question.onYes(reason.value.trim());
          }}
        >
          {question.act}
        </button>
      </footer>
    </Dialog>
  );
}
