// The desk of a laptop that runs in another process, over its HTTP API.
import { userInfo } from "node:os";
import { type Desk, DeskError } from "./desk.ts";
import { LAPTOP_PATH } from "./laptop-path.ts";
import type { DeadLetter, DeadLetterGroup, DiscardResult, DryRun, RedriveResult } from "./types.ts";

export function openLaptopDesk(port: number): Desk {
  const url = `http://localhost:${port}`;
  async function ask<T>(path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}${LAPTOP_PATH}${path}`, {
      headers: { "x-order-saga": userInfo().username, "content-type": "application/json" },
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
    }).catch(() => undefined);
    const content = (await answer?.json().catch(() => undefined)) as
      | { title?: string; detail?: string }
      | undefined;
    if (answer?.ok && content) return content as T;
    if (content?.title) throw new DeskError([content.title, content.detail].filter(Boolean).join(" "));
    throw new DeskError(
      `No order saga answers on ${url}. Start it with \`pnpm start\`, name its port with --port, or a deployed stage with --stage.`,
    );
  }
  return {
    name: "the laptop",
    letters: () => ask<DeadLetter[]>(""),
    groups: () => ask<DeadLetterGroup[]>("/groups"),
    dryRun: (asked) => ask<DryRun[]>("/dry-run", asked),
    redrive: (asked) => ask<RedriveResult>("/redrive", asked),
    discard: (asked) => ask<DiscardResult>("/discard", asked),
  };
}
