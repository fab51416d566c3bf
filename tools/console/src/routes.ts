// The console's routes under /__local/console: what the page reads, and what it may do.

import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { sourceOfEvent } from "@order-saga/contracts";
import { queuedMessage } from "@order-saga/dead-letters/letters";
import { mask } from "@order-saga/dead-letters/masking";
import { bodyOf } from "@order-saga/local/http/body";
import { problemResponse } from "@order-saga/local/http/local-app";
import { BUS_NAME } from "@order-saga/local/services";
import type { Context, Hono } from "hono";
import * as z from "zod";
import { whoAsks } from "./acts.ts";
import { renderCase } from "./case.ts";
import type { ConsoleServer } from "./console.ts";
import { CannotAct } from "./repair.ts";
import { sessionOf } from "./session.ts";
import { openStream } from "./stream.ts";
import type { WatchedRuntime } from "./watched.ts";
import { CONSOLE_PATH, type RedriveRequest } from "./wire.ts";

const MessageIds = z.array(z.string().min(1).max(100)).min(1);
const DryRunBody = z.strictObject({ queue: z.string(), messageIds: MessageIds.max(50) });
const RedriveBody = z.strictObject({
  queue: z.string(),
  messageIds: MessageIds.max(1000).optional(),
  groupKey: z.string().optional(),
  rate: z.number().min(0.1).max(500).optional(),
  stopOnFailure: z.boolean().optional(),
});

export function mountConsoleRoutes(app: Hono, runtime: WatchedRuntime, server: ConsoleServer): void {
  const { aws, recorder } = runtime;
  const at = <P extends string>(path: P) => `${CONSOLE_PATH}/${path}` as const;
  const nothing = (what: string) => problemResponse(404, "not-found", `There is no such ${what}.`);
  const fresh = { "cache-control": "no-store" };

  app.get(at("snapshot"), async (context) => context.json(await server.snapshot(), 200, fresh));

  app.get(at("stream"), (context) => {
    const last = context.req.header("last-event-id") ?? context.req.query("after");
    const after = last === undefined || !/^\d{1,15}$/.test(last) ? undefined : Number(last);
    let hangUp = () => {};
    const unlisten = server.listen(() => hangUp());
    const stream = openStream(server.frames, after, unlisten);
    hangUp = stream.close;
    return stream.response;
  });

  app.get(at("orders/:orderId"), async (context) => {
    const detail = await server.detail(context.req.param("orderId"));
    return detail ? context.json(detail, 200, fresh) : nothing("order");
  });

  app.get(at("orders/:orderId/test"), async (context) => {
    const orderId = context.req.param("orderId");
    await server.recall();
    const events = recorder.order(orderId)?.events.map(({ event }) => event) ?? [];
    if (!events.some(({ type }) => type === "OrderPlaced")) return nothing("order");
    return context.text(renderCase(orderId, events), 200, fresh);
  });

  app.get(at("events/:number"), (context) => {
    const event = recorder.event(Number(context.req.param("number")));
    return event ? context.json(mask(event), 200, fresh) : nothing("event");
  });

  app.post(at("events/:number/publish"), async (context) => {
    const event = recorder.event(Number(context.req.param("number")));
    if (!event) return nothing("event");
    const answer = await runtime.clients.eventBridge.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: BUS_NAME,
            Source: sourceOfEvent(event.type),
            DetailType: event.type,
            Detail: JSON.stringify(event),
          },
        ],
      }),
    );
    const refused = answer.Entries?.[0]?.ErrorCode;
    const act = server.acts.add({
      at: new Date(runtime.now()).toISOString(),
      who: who(context),
      act: "publish again",
      target: `${event.type} of ${event.orderId}`,
      outcome: refused === undefined ? "taken by the bus" : `refused: ${refused}`,
    });
    await server.refresh();
    return refused === undefined
      ? context.json(act)
      : problemResponse(503, "bus-refused", "The bus did not take the event.", {}, { detail: refused });
  });

  app.get(at("queues/:queue/messages"), (context) => {
    const queue = context.req.param("queue");
    if (!aws.queues.names().includes(queue)) return nothing("queue");
    return context.json(aws.queues.messages(queue).slice(0, MOST_MESSAGES).map(queuedMessage), 200, fresh);
  });

  app.get(at("dead-letters"), (context) => {
    const { group, queue } = context.req.query();
    const letters = server
      .letters()
      .filter(
        (letter) =>
          (queue === undefined || letter.queue === queue) &&
          (group === undefined || letter.groupKey === group),
      );
    return context.json(letters.slice(0, MOST_MESSAGES), 200, fresh);
  });

  app.post(at("dead-letters/dry-run"), async (context) => {
    const given = await bodyOf(context.req.raw, DryRunBody);
    if ("problem" in given) return given.problem;
    return acting(async () => context.json(await server.repair.dryRun(given.body)));
  });

  app.post(at("dead-letters/redrive"), async (context) => {
    const given = await bodyOf(context.req.raw, RedriveBody);
    if ("problem" in given) return given.problem;
    return acting(async () => {
      const result = await server.repair.redrive(given.body as RedriveRequest, who(context));
      await server.refresh();
      return context.json(result);
    });
  });

  const mailOf = (id: string) => aws.mails().find((mail) => mail.id === id);
  app.get(at("mails/:id"), (context) => {
    const mail = mailOf(context.req.param("id"));
    if (!mail) return nothing("mail");
    const { html, subject, text, to } = mail;
    return context.json({ html, text, subject, to: to.join(", ") }, 200, fresh);
  });

  // To be framed: a policy of its own, under which nothing runs and nothing is fetched.
  app.get(at("mails/:id/html"), (context) => {
    const mail = mailOf(context.req.param("id"));
    if (!mail) return nothing("mail");
    return new Response(mail.html, { headers: { ...fresh, ...mailHeaders } });
  });

  app.get(at("session"), async (context) => {
    const session = await sessionOf(
      await server.snapshot(),
      new Date(runtime.now()).toISOString(),
      server.details(),
    );
    const name = `order-saga-${session.exportedAt.slice(0, 19).replaceAll(":", "")}.json`;
    return context.json(session, 200, { ...fresh, "content-disposition": `attachment; filename="${name}"` });
  });
}

/** Nobody reads more at once. */
const MOST_MESSAGES = 1000;

const mailHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; form-action 'none'; base-uri 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

const who = (context: Context) => whoAsks(context.req.header("x-order-saga"));

async function acting(act: () => Promise<Response>): Promise<Response> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof CannotAct)
      return problemResponse(409, "cannot-act", "That cannot be done now.", {}, { detail: error.message });
    throw error;
  }
}
