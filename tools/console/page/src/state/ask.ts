// Requests to the console's API; a refusal is a problem with a title, a detail and a sentence.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { CONSOLE_PATH } from "../../../src/console-api.ts";
import { openedFile } from "./file.ts";

/** What the laptop refused, or that it did not answer. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly detail: string;
  constructor(status: number, title: string, detail = "") {
    super(title);
    this.status = status;
    this.detail = detail;
  }
}

export type Asked<T> =
  | { state: "loading" }
  | { state: "error"; problem: Problem }
  | { state: "ready"; value: T };

/** GET under `/__local/console`, or from the session file that is open. */
export async function ask<T>(path: string): Promise<T> {
  const kept = openedFile.peek()?.answers(path);
  if (kept !== undefined) return kept as T;
  if (openedFile.peek()) throw new Problem(0, "Not in this session file", `It has no ${path}.`);
  return send<T>(path.startsWith("/") ? path : `${CONSOLE_PATH}/${path}`, {
    method: "GET",
    headers: { "x-order-saga": "console" },
  });
}

/** A write; the header tells the laptop that no page of another site made it. */
export function act<T>(path: string, body: unknown = {}, method = "POST"): Promise<T> {
  if (openedFile.peek()) {
    return Promise.reject(
      new Problem(0, "This is a session file", "Nothing can be changed in it; close it first."),
    );
  }
  return send<T>(path.startsWith("/") ? path : `${CONSOLE_PATH}/${path}`, {
    method,
    headers: { "content-type": "application/json", "x-order-saga": "console" },
    ...(method !== "DELETE" && { body: JSON.stringify(body) }),
  });
}

async function send<T>(url: string, init: RequestInit): Promise<T> {
  const answer = await fetch(url, init).catch(() => {
    throw new Problem(0, "The laptop does not answer", "Is `pnpm start` still running?");
  });
  const text = await answer.text();
  if (!answer.ok) {
    const { title = `Answered ${answer.status}`, detail } = parsed(text) as {
      title?: string;
      detail?: string;
    };
    throw new Problem(answer.status, title, detail);
  }
  const isJson = /[/+]json/.test(answer.headers.get("content-type") ?? "");
  return (isJson ? JSON.parse(text) : text) as T;
}

function parsed(text: string): object {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}

/** Fetches again when the path or the revision changes; keeps the old answer until the new one is there. */
export function useAsk<T>(path: string | undefined, revision: unknown = ""): Signal<Asked<T>> {
  const asked = useSignal<Asked<T>>({ state: "loading" });
  useEffect(() => {
    asked.value = { state: "loading" };
  }, [path]);
  useEffect(() => {
    if (path === undefined) return;
    let isCurrent = true;
    ask<T>(path).then(
      (value) => {
        if (isCurrent) asked.value = { state: "ready", value };
      },
      (error) => {
        const problem = error instanceof Problem ? error : new Problem(0, String(error));
        if (isCurrent) asked.value = { state: "error", problem };
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [path, revision]);
  return asked;
}
