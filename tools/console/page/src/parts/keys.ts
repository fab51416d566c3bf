// The keyboard shortcuts of the page; none acts while a field has the focus.

type Shortcuts = Readonly<Record<string, () => void>>;

/** The innermost last, so that an open list is asked before the page. */
const registered: Shortcuts[] = [];
let prefix: string | undefined;

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
    const both = prefix === undefined ? name : `${prefix} ${name}`;
    prefix = undefined;
    const found = registered.findLast((shortcuts) => both in shortcuts);
    if (found) {
      event.preventDefault();
      found[both]?.();
    } else if (name === "g") {
      prefix = "g";
    }
  };
  target.addEventListener("keydown", listener);
  return () => target.removeEventListener("keydown", listener);
}

function keyOf({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): string {
  if (altKey) return `alt+${key}`;
  return ctrlKey || metaKey ? `ctrl+${key.toLowerCase()}` : key;
}
