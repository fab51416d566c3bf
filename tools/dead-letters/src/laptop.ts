// The laptop's desk: asks the running instance, as the console does.
import { userInfo } from "node:os";
import {
  CONSOLE_PATH,
  type DeadLetter,
  type DryRun,
  type RedriveResult,
  type Snapshot,
} from "@order-saga/console/wire";
import { type Desk, DeskError } from "./desk.ts";

export function openLaptopDesk(port: number): Desk {
  const url = `http://localhost:${port}`;
  async function ask<T>(path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}${CONSOLE_PATH}/${path}`, {
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
    letters: () => ask<DeadLetter[]>("dead-letters"),
    groups: async () => (await ask<Snapshot>("snapshot")).deadLetters,
    dryRun: (asked) => ask<DryRun[]>("dead-letters/dry-run", asked),
    redrive: (asked) => ask<RedriveResult>("dead-letters/redrive", asked),
  };
}
