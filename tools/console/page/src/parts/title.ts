// What the browser's tab says: dead letters first, then the screen that is shown.
import { signal } from "@preact/signals";

export const shownTitle = signal("");

export const tabTitle = (screen: string, deadLetters: number): string =>
  `${deadLetters > 0 ? `(${deadLetters}) ` : ""}${screen === "" ? "" : `${screen} · `}Order saga`;
