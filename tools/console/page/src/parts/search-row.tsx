// The row above a list: a search field and the list's other filters.
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

type Props = {
  /** Of the list. */
  label: string;
  /** What may be typed. */
  hint: string;
  text: Signal<string>;
  children?: ComponentChildren;
};

export function SearchRow({ children, hint, label, text }: Props) {
  return (
    <div class="row" role="search" aria-label={label}>
      <input
        data-search
        type="search"
        aria-label={hint}
        placeholder={hint}
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      {children}
    </div>
  );
}
