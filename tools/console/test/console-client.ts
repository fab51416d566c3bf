// What the console's tests share: asks as the page does, and listens to the stream.

import { type LaptopSaga, startLaptopSaga } from "@order-saga/cli/testing/laptop";
import { afterAll, afterEach, beforeAll, onTestFinished } from "vitest";
import type { Frame } from "../src/console-api.ts";
import { CONSOLE_PATH } from "../src/console-api.ts";

type Asked<T> = { status: number; body: T; headers: Headers };

export function consoleOf({ url }: { url: string }) {
  const answerOf = async <T>(answer: Response): Promise<Asked<T>> => {
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json");
    return { status: answer.status, body: (isJson ? JSON.parse(text) : text) as T, headers: answer.headers };
  };
  return {
    /** As a browser reads: without a header of its own. */
    read: async <T>(path: string, headers: Record<string, string> = {}) =>
      answerOf<T>(await fetch(`${url}${CONSOLE_PATH}/${path}`, { headers })),
    act: async <T>(
      path: string,
      body: unknown = {},
      headers: Record<string, string> = { "x-order-saga": "ada" },
    ) =>
      answerOf<T>(
        await fetch(`${url}${CONSOLE_PATH}/${path}`, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify(body),
        }),
      ),

    /** Every frame and reset since it was opened; `until` resolves when they satisfy it. */
    async listen(options: { after?: number; lastEventId?: number } = {}) {
      const query = options.after === undefined ? "" : `?after=${options.after}`;
      const stopping = new AbortController();
      const answer = await fetch(`${url}${CONSOLE_PATH}/stream${query}`, {
        signal: stopping.signal,
        headers: options.lastEventId === undefined ? {} : { "last-event-id": String(options.lastEventId) },
      });
      const frames: Frame[] = [];
      const events: string[] = [];
      const waiting = new Set<() => void>();
      const reading = readEvents(answer, (name, data) => {
        events.push(name);
        if (name === "frame") frames.push(JSON.parse(data) as Frame);
        for (const look of waiting) look();
      }).catch(() => {});
      const close = async () => {
        stopping.abort();
        await reading;
      };
      onTestFinished(close);
      return {
        status: answer.status,
        frames,
        events,
        close,
        reading,
        until: (holds: (frames: readonly Frame[]) => boolean) =>
          new Promise<void>((resolve, reject) => {
            const timer = setTimeout(
              () => reject(new Error(`Waited in vain; had ${JSON.stringify(frames.map(Object.keys))}`)),
              15_000,
            );
            const look = () => {
              if (!holds(frames)) return;
              clearTimeout(timer);
              waiting.delete(look);
              resolve();
            };
            waiting.add(look);
            look();
          }),
      };
    },
  };
}

/** For a file whose tests share a saga and its console; what a test made go wrong is over with it. */
export function withConsole(begun: (saga: LaptopSaga, page: ReturnType<typeof consoleOf>) => void): void {
  let saga: LaptopSaga;
  beforeAll(async () => {
    saga = await startLaptopSaga();
    begun(saga, consoleOf(saga.runtime));
  });
  afterAll(() => saga.stop());
  afterEach(() => saga.runtime.faults.remove());
}

async function readEvents(answer: Response, on: (name: string, data: string) => void): Promise<void> {
  let rest = "";
  for await (const chunk of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block)?.[1];
      if (name !== undefined) on(name, /^data: (.*)$/m.exec(block)?.[1] ?? "");
    }
  }
}
