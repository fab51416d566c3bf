// The keyboard shortcuts of the page; none acts while a field has the focus, and those of one letter can be
// switched off (WCAG 2.1.4), as speech control and a heavy hand press them without meaning to.
import { effect, signal } from "@preact/signals";

type Shortcuts = Readonly<Record<string, () => void>>;

/** The innermost last, so that an open list is asked before the page. */
const registered: Shortcuts[] = [];
const KEPT = "letter-keys";
/** Whether a letter or a sign alone does something. */
export const letterKeys = signal(globalThis.localStorage?.getItem(KEPT) !== "off");
effect(() => globalThis.localStorage?.setItem(KEPT, letterKeys.value ? "on" : "off"));

/** `g` waits so long for the letter after it. */
const PREFIX_MILLISECONDS = 2000;
let prefix: { key: string; at: number } | undefined;

/** Keys by name; `g o` is one after the other, `ctrl+k` both at once. Returns what removes them. */
export function onKeys(shortcuts: Shortcuts): () => void {
  registered.push(shortcuts);
  return () => void registered.splice(registered.indexOf(shortcuts), 1);
}

export function listenToKeys(target: Document): () => void {
  const listener = (event: KeyboardEvent) => {
    const isTyping = (event.target as Element | null)?.closest?.(
      "input, textarea, select, [contenteditable]",
    );
    const isOnControl = (event.target as Element | null)?.closest?.("a, button, summary, [role=tab]");
    const name = keyOf(event);
    if (isTyping && name !== "Escape" && !name.startsWith("ctrl+")) return;
    if (isOnControl && (name === "Enter" || name === " ")) return;
    if (target.querySelector("dialog[open]") && !name.startsWith("ctrl+")) return;
    if (name.length === 1 && name !== " " && !letterKeys.peek()) return;
    const isAfter = prefix !== undefined && event.timeStamp - prefix.at < PREFIX_MILLISECONDS;
    const both = isAfter ? `${prefix?.key} ${name}` : name;
    prefix = undefined;
    const found = registered.findLast((shortcuts) => both in shortcuts);
    if (found) {
      event.preventDefault();
      found[both]?.();
    } else if (name === "g") {
      prefix = { key: name, at: event.timeStamp };
    }
  };
  target.addEventListener("keydown", listener);
  return () => target.removeEventListener("keydown", listener);
}

function keyOf({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): string {
  if (altKey) return `alt+${key}`;
  return ctrlKey || metaKey ? `ctrl+${key.toLowerCase()}` : key;
}
