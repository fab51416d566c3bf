// Keeps the reader's place: the scroll on the way back, and the focus when its element goes away.

/** What scrolls: the page on a phone, its main part else, and the rows of a table. */
const scrollers = () => [
  document.scrollingElement,
  ...document.querySelectorAll("#main, #main .rows, #main .map .scroll"),
];
/** Frames in which a screen may still grow to the height that it had. */
const PATIENCE = 90;

/** By address, as a list and an order that it opened have different ones. Returns what ends it. */
export function keepScroll(): { opened: () => void; end: () => void } {
  const kept = new Map<string, number[]>();
  let isBack = false;
  let here = location.href;
  let restoring = 0;
  const keep = () => {
    if (restoring === 0)
      kept.set(
        here,
        scrollers().map((each) => each?.scrollTop ?? 0),
      );
  };
  const giveUp = () => {
    cancelAnimationFrame(restoring);
    restoring = 0;
  };
  const restore = (wanted: readonly number[], left: number) => {
    const missing = scrollers().filter((each, index) => {
      const top = wanted[index] ?? 0;
      if (each && Math.abs(each.scrollTop - top) > 1) each.scrollTop = top;
      return each && Math.abs(each.scrollTop - top) > 1;
    });
    const isThere = missing.length === 0 && scrollers().length >= wanted.length;
    restoring = isThere || left === 0 ? 0 : requestAnimationFrame(() => restore(wanted, left - 1));
  };
  const listeners: [EventTarget, string, () => void][] = [
    [document, "scroll", keep],
    [window, "popstate", () => (isBack = true)],
    [window, "wheel", giveUp],
    [window, "pointerdown", giveUp],
    [window, "keydown", giveUp],
  ];
  for (const [target, name, listener] of listeners)
    target.addEventListener(name, listener, { capture: true, passive: true });
  return {
    opened() {
      giveUp();
      here = location.href;
      const wanted = isBack ? (kept.get(here) ?? []) : [];
      isBack = false;
      if (wanted.length > 0) restoring = requestAnimationFrame(() => restore(wanted, PATIENCE));
      else for (const each of scrollers().slice(0, 2)) each?.scrollTo({ top: 0, behavior: "instant" });
    },
    end() {
      giveUp();
      for (const [target, name, listener] of listeners)
        target.removeEventListener(name, listener, { capture: true });
    },
  };
}

type Focused = { element: HTMLElement; around: HTMLElement[] };

/** What had the focus and went away passes it to the nearest thing around it that is still there. */
export function keepFocus(): () => void {
  let last: Focused | undefined;
  const isAway = () => document.activeElement === null || document.activeElement === document.body;
  const isUsable = ({ element }: Focused) => element.isConnected && !element.matches(":disabled");
  const focused = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return;
    const around: HTMLElement[] = [];
    for (let each = target.parentElement; each && each !== document.body; each = each.parentElement)
      around.push(each);
    last = { element: target, around };
  };
  // A focus that the reader took away is not brought back.
  const blurred = () =>
    setTimeout(() => {
      if (last && isAway() && isUsable(last)) last = undefined;
    });
  const observer = new MutationObserver(() => {
    if (!last || !isAway()) return;
    const { element, around } = last;
    if (isUsable(last)) return element.focus({ preventScroll: true });
    if (element.isConnected) return;
    const near = around.find((each) => each.isConnected);
    if (!near) return;
    if (near.tabIndex < 0) near.tabIndex = -1;
    near.focus({ preventScroll: true });
  });
  document.addEventListener("focusin", focused);
  document.addEventListener("focusout", blurred);
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  return () => {
    document.removeEventListener("focusin", focused);
    document.removeEventListener("focusout", blurred);
    observer.disconnect();
  };
}
