// Frames as server-sent events: those that the page missed, then new ones, or a reset.

import type { Frames, SentFrame } from "./frames.ts";

/** A page that leaves so many characters unread gets a reset. */
const MOST_WAITING = 4_000_000;
const HEARTBEAT_MILLISECONDS = 15_000;

/** `after` is the last number the page has; undefined begins with new frames. */
export function openStream(
  frames: Frames,
  after: number | undefined,
  onClose: () => void,
): { response: Response; close: () => void } {
  const encoder = new TextEncoder();
  let stop = () => {};
  let end = () => {};
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const write = (text: string) => controller.enqueue(encoder.encode(text));
        const send = ({ json, sequence }: SentFrame) => {
          if ((controller.desiredSize ?? 0) >= -MOST_WAITING)
            return write(`id: ${sequence}\nevent: frame\ndata: ${json}\n\n`);
          write(resetEvent);
          return close();
        };
        const missed = after === undefined ? [] : frames.since(after);
        write("retry: 500\n\n");
        if (missed === undefined) write(resetEvent);
        else for (const frame of missed) send(frame);
        const unlisten = frames.listen(send);
        const heartbeat = setInterval(() => write(": still here\n\n"), HEARTBEAT_MILLISECONDS);
        stop = () => {
          stop = () => {};
          unlisten();
          clearInterval(heartbeat);
          onClose();
        };
        end = () => controller.close();
      },
      cancel: () => stop(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 64 * 1024 }),
  );
  const close = () => {
    stop();
    end();
    end = () => {};
  };
  return { response: new Response(body, { headers }), close };
}

const headers = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

const resetEvent = "event: reset\ndata: {}\n\n";
