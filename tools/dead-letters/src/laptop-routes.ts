// The laptop's HTTP API of dead letters: list, groups, dry run, redrive.
import { bodyOf } from "@order-saga/local/http/body";
import { problemResponse } from "@order-saga/local/http/local-app";
import type { Context, Hono } from "hono";
import * as z from "zod";
import { CannotAct, type LaptopDesk } from "./laptop-desk.ts";
import { LAPTOP_PATH } from "./laptop-path.ts";
import { operatorName } from "./operator.ts";
import type { DiscardRequest, RedriveRequest } from "./types.ts";

const MessageIds = z.array(z.string().min(1).max(100)).min(1);
const DryRunBody = z.strictObject({ queue: z.string(), messageIds: MessageIds.max(50) });
const RedriveBody = z.strictObject({
  queue: z.string(),
  messageIds: MessageIds.max(1000).optional(),
  groupKey: z.string().optional(),
  rate: z.number().min(0.1).max(500).optional(),
  stopOnFailure: z.boolean().optional(),
});

const DiscardBody = z
  .strictObject({
    queue: z.string(),
    messageIds: MessageIds.max(1000).optional(),
    groupKey: z.string().optional(),
    reason: z.string().trim().min(3, "say in a few words why it may be lost").max(200),
  })
  .refine(({ groupKey, messageIds }) => groupKey ?? messageIds, {
    message: "name messageIds or a groupKey: a whole queue is not discarded at once",
  });

/** The most dead letters of one answer; `from` asks for those behind them. */
const MOST_LETTERS = 1000;

export function mountDeadLetterRoutes(
  app: Hono,
  desk: Pick<LaptopDesk, "letters" | "groups" | "dryRun" | "redrive" | "discard">,
): void {
  const fresh = { "cache-control": "no-store" };

  app.get(LAPTOP_PATH, async (context) => {
    const { from = "0", group, order: orderId, queue } = context.req.query();
    await desk.letters.look();
    const page = { from: /^\d{1,9}$/.test(from) ? Number(from) : 0, most: MOST_LETTERS };
    return context.json(desk.letters.page({ group, orderId, queue }, page), 200, fresh);
  });

  app.get(`${LAPTOP_PATH}/groups`, async (context) => {
    await desk.letters.look();
    return context.json(desk.groups(), 200, fresh);
  });

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

  app.post(`${LAPTOP_PATH}/discard`, async (context) => {
    const given = await bodyOf(context.req.raw, DiscardBody);
    if ("problem" in given) return given.problem;
    return answering(async () =>
      context.json(await desk.discard(given.body as DiscardRequest, operatorOf(context))),
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
