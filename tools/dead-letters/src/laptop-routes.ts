// The laptop's HTTP API of dead letters: list, groups, dry run, redrive.
import { bodyOf } from "@order-saga/local/http/body";
import { problemResponse } from "@order-saga/local/http/local-app";
import type { Context, Hono } from "hono";
import * as z from "zod";
import { CannotAct } from "./laptop-desk.ts";
import { LAPTOP_PATH } from "./laptop-path.ts";
import { operatorName } from "./operator.ts";
import type { DeadLetter, DeadLetterGroup, DryRun, RedriveRequest, RedriveResult } from "./types.ts";

const MessageIds = z.array(z.string().min(1).max(100)).min(1);
const DryRunBody = z.strictObject({ queue: z.string(), messageIds: MessageIds.max(50) });
const RedriveBody = z.strictObject({
  queue: z.string(),
  messageIds: MessageIds.max(1000).optional(),
  groupKey: z.string().optional(),
  rate: z.number().min(0.1).max(500).optional(),
  stopOnFailure: z.boolean().optional(),
});

/** The most dead letters of one answer. */
const MOST_LETTERS = 1000;

export function mountDeadLetterRoutes(
  app: Hono,
  desk: {
    letters(): DeadLetter[];
    groups(letters: readonly DeadLetter[]): DeadLetterGroup[];
    dryRun(asked: z.infer<typeof DryRunBody>): Promise<DryRun[]>;
    redrive(asked: RedriveRequest, who: string): Promise<RedriveResult>;
  },
): void {
  const fresh = { "cache-control": "no-store" };

  app.get(LAPTOP_PATH, (context) => {
    const { group, queue } = context.req.query();
    const letters = desk
      .letters()
      .filter(
        (letter) =>
          (queue === undefined || letter.queue === queue) &&
          (group === undefined || letter.groupKey === group),
      );
    return context.json(letters.slice(0, MOST_LETTERS), 200, fresh);
  });

  app.get(`${LAPTOP_PATH}/groups`, (context) => context.json(desk.groups(desk.letters()), 200, fresh));

  app.post(`${LAPTOP_PATH}/dry-run`, async (context) => {
    const given = await bodyOf(context.req.raw, DryRunBody);
    if ("problem" in given) return given.problem;
    return answering(async () => context.json(await desk.dryRun(given.body)));
  });

  app.post(`${LAPTOP_PATH}/redrive`, async (context) => {
    const given = await bodyOf(context.req.raw, RedriveBody);
    if ("problem" in given) return given.problem;
    return answering(async () =>
      context.json(await desk.redrive(given.body as RedriveRequest, operatorOf(context))),
    );
  });
}

const operatorOf = (context: Context) => operatorName(context.req.header("x-order-saga"));

async function answering(act: () => Promise<Response>): Promise<Response> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof CannotAct)
      return problemResponse(409, "cannot-act", "That cannot be done now.", {}, { detail: error.message });
    throw error;
  }
}
