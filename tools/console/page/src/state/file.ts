// An exported session, opened again: the page shows it read-only.
import { signal } from "@preact/signals";
import type { Session } from "../../../src/console-api.ts";
import { applySnapshot, type Store } from "./store.ts";

type OpenedFile = { name: string; exportedAt: string; answers(path: string): unknown };

export const openedFile = signal<OpenedFile | undefined>(undefined);

/** Throws an error with a sentence if the text is no session. */
export function openSession(store: Store, name: string, text: string): void {
  const session = parseSession(name, text);
  const details = new Map(session.orders.map((detail) => [`orders/${detail.summary.orderId}`, detail]));
  openedFile.value = { name, exportedAt: session.exportedAt, answers: (path) => details.get(path) };
  applySnapshot(store, session.snapshot);
  store.connection.value = "file";
}

function parseSession(name: string, text: string): Session {
  let value: Partial<Session>;
  try {
    value = JSON.parse(text) as Partial<Session>;
  } catch {
    throw new Error(`${name} is not JSON. Open a file that "Export" of this console wrote.`);
  }
  if (value?.format !== "order-saga-session" || value.version !== 1 || !value.snapshot || !value.orders) {
    throw new Error(`${name} is no session of this console. Open a file that its "Export" wrote.`);
  }
  return value as Session;
}
