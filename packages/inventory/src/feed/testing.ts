// What tests of stock feeds share: both reactions over memory, and uploads.
import type { DomainEvent } from "@order-saga/contracts";
import type { silentLog } from "@order-saga/messaging/log";
import type { Upload } from "@order-saga/messaging/message";
import { testNow } from "@order-saga/messaging/testing";
import { expect } from "vitest";
import { createMemoryFiles } from "../files/memory.ts";
import { createMemoryFeedStore } from "../store/feeds-memory.ts";
import { auditUploadHandler } from "./audit.ts";
import { importStockHandler } from "./import.ts";
import { getStockFeedHandler } from "./routes.ts";

export const feedId = `feed_${"0123456789abcdef".repeat(2)}`;

/** Everything of a feed's world; `crash` is asked at every write, and a crash comes before or after it. */
export function aWorld(
  given: { crash?: () => "before" | "after" | undefined; maximumBadPercent?: number } = {},
) {
  const { crash = () => undefined, maximumBadPercent = 50 } = given;
  const store = createMemoryFeedStore();
  const files = createMemoryFiles();
  const sent: object[] = [];
  const lines: [level: string, message: string, fields: object][] = [];
  const pauses: number[] = [];
  const fragile =
    <A extends unknown[], R>(write: (...given: A) => Promise<R>) =>
    async (...arguments_: A): Promise<R> => {
      const moment = crash();
      if (moment === "before") throw new Error("crashed before the write");
      const result = await write(...arguments_);
      if (moment === "after") throw new Error("crashed after the write");
      return result;
    };
  const feeds = {
    ...store,
    claim: fragile(store.claim),
    save: fragile(store.save),
    apply: fragile(store.apply),
    hashed: fragile(store.hashed),
  };
  const sendTasks = fragile(async (tasks: readonly { body: object }[]) => {
    sent.push(...tasks.map(({ body }) => body));
  });
  const backOff = async (attempt: number) => void pauses.push(attempt);
  const react = importStockHandler({ feeds, files, sendTasks, backOff, maximumBadPercent });
  const audit = auditUploadHandler({ feeds, files });
  const context = (upload: Upload, remaining: () => number = () => 60_000, now = testNow) => ({
    now,
    attempt: 1,
    log: logTo(lines),
    body: JSON.stringify(upload),
    remainingMilliseconds: remaining,
  });
  return {
    store,
    feeds,
    files,
    sent,
    lines,
    /** Before which attempts it has waited. */
    pauses,
    deliver: (upload: Upload, remaining?: () => number, now?: number) =>
      react(upload, context(upload, remaining, now)),
    audit: (upload: Upload) => audit(upload, context(upload)),
    view: async (id = feedId) =>
      (await getStockFeedHandler({ feeds: store })({ path: { feedId: id } } as never)).body as {
        status: string;
        reason?: string;
        rows: number;
        applied: number;
        refused: number;
        errors: { line: number; reason: string }[];
      },
  };
}

function logTo(lines: [string, string, object][], known: object = {}): typeof silentLog {
  const log = (level: string, message: string, fields?: object) =>
    void lines.push([level, message, { ...known, ...fields }]);
  return Object.assign(log, {
    with: (more: object) => logTo(lines, { ...known, ...more }),
  }) as unknown as typeof silentLog;
}

export function anUploadOf(content: string | Uint8Array, given: Partial<Upload> = {}): Upload {
  return {
    bucket: "feeds",
    key: `feeds/${feedId}.csv`,
    versionId: "version-1",
    bytes: Buffer.byteLength(content),
    sequencer: "0062E99A88DC407460",
    uploadedAt: "2026-01-05T12:00:00Z",
    requester: "000000000000",
    ...given,
  };
}

/** The events of deliveries until one ends well, with continuations. */
export async function deliverUntilDone(
  world: ReturnType<typeof aWorld>,
  upload: Upload,
  remaining?: () => number,
) {
  const said: DomainEvent[] = [];
  for (let delivery = 0; delivery < 500; delivery++) {
    try {
      const continued = world.sent.length;
      said.push(...(await world.deliver(upload, remaining)));
      if (world.sent.length === continued) return said;
    } catch (error) {
      if (!/crashed|contended|No row was applied/.test(String(error))) throw error;
    }
  }
  return expect.unreachable("the feed does not end");
}
