// The stream of server-sent events: missed frames first, then new ones; a reset if some are gone.

import { expect, onTestFinished, test } from "vitest";
import type { Frame } from "./console-api.ts";
import { createFrames } from "./frames.ts";
import { openStream } from "./stream.ts";

const clock = (aheadSeconds: number, now = "") => ({ clock: { now, aheadSeconds } });

function setUp(after?: number) {
  const frames = createFrames({ runtimeId: "r", now: () => 0, begin: 0, maximumCharacters: 1_000_000 });
  for (let count = 1; count <= 3; count++) frames.send(clock(count));
  let closed = 0;
  const { close, response } = openStream(frames, after, () => closed++);
  onTestFinished(close);
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  return { close, closed: () => closed, frames, reader, response };
}

/** Everything until the stream has said so many events. */
async function read(reader: ReadableStreamDefaultReader<string>, events: number): Promise<string[]> {
  let text = "";
  while ((text.match(/^event: /gm) ?? []).length < events) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  return text.split("\n\n").filter((block) => block.includes("event: "));
}

const numberOf = (block: string) => (JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? "{}") as Frame).sequence;

test("a page with a number gets the frames after it, then new ones", async () => {
  const { frames, reader, response } = setUp(1);
  frames.send(clock(4));
  const blocks = await read(reader, 3);
  expect(blocks.map(numberOf)).toEqual([2, 3, 4]);
  expect(blocks[0]).toContain("id: 2\nevent: frame\n");
  expect(response.headers.get("content-type")).toBe("text/event-stream");
});

test("a page without a number begins with new frames", async () => {
  const { frames, reader } = setUp();
  frames.send(clock(4));
  expect((await read(reader, 1)).map(numberOf)).toEqual([4]);
});

test("a page with an unknown number gets a reset, then new frames", async () => {
  const { frames, reader } = setUp(99);
  frames.send(clock(4));
  const [reset, frame] = await read(reader, 2);
  expect(reset).toContain("event: reset");
  expect(numberOf(frame ?? "")).toBe(4);
});

test("a page that does not read gets a reset and is disconnected", async () => {
  const { closed, frames, reader } = setUp();
  for (let count = 0; count < 60; count++) frames.send(clock(count, "x".repeat(100_000)));
  expect(closed()).toBe(1);
  expect(frames.listeners()).toBe(0);
  const blocks = await read(reader, 1000);
  expect(blocks.at(-1)).toContain("event: reset");
  expect(blocks.length).toBeLessThan(50);
});

test("a page that disconnects is forgotten, once", async () => {
  const { close, closed, frames, reader } = setUp();
  await reader.cancel();
  close();
  expect([closed(), frames.listeners()]).toEqual([1, 0]);
});
