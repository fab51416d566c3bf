// The console's API under /__local/console: what the page reads and does.
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  type DomainEvent,
  type EventType,
  isEventType,
  sourceOfEvent,
  subjectOf,
} from "@order-saga/contracts";
import { queuedMessage } from "@order-saga/dead-letters/dead-letters";
import { mountDeadLetterRoutes } from "@order-saga/dead-letters/laptop-routes";
import { mask } from "@order-saga/dead-letters/masking";
import { operatorName } from "@order-saga/dead-letters/operator";
import { bodyOf } from "@order-saga/local/http/body";
import { problemResponse } from "@order-saga/local/http/local-app";
import type { Runtime } from "@order-saga/local/runtime";
import { BUS_NAME } from "@order-saga/local/source-folders";
import type { MailKind } from "@order-saga/notification/notification";
import type { Facts } from "@order-saga/protocol/facts";
import type { Context, Hono } from "hono";
import * as z from "zod";
import { CONSOLE_PATH } from "./console-api.ts";
import { renderTest } from "./copy-as-test.ts";
import { feedFiles, feedRows } from "./feeds.ts";
import { iso } from "./iso.ts";
import { statusFilters } from "./order-filter.ts";
import { sendMailAgain } from "./send-again.ts";
import type { ConsoleServer } from "./server.ts";
import { sessionFile } from "./session.ts";
import { openStream } from "./stream.ts";
import { mountWebhookRoutes } from "./webhook-routes.ts";

/** The most messages, orders and events of one answer. */
const MOST_MESSAGES = 1000;
const MOST_ORDERS = 200;
const MOST_EVENTS = 1000;
const LONGEST_SEARCH = 200;

const at = <P extends string>(path: P) => `${CONSOLE_PATH}/${path}` as const;
const fresh = { "cache-control": "no-store" };
const notFound = (what: string) => problemResponse(404, "not-found", `There is no such ${what}.`);

export function mountConsoleRoutes(app: Hono, runtime: Runtime, server: ConsoleServer): void {
  mountStateRoutes(app, runtime, server);
  mountOrderRoutes(app, server);
  mountOrderActs(app, runtime, server);
  mountEventRoutes(app, runtime, server);
  mountMailRoutes(app, server);
  mountFeedRoutes(app, runtime);
  mountWebhookRoutes(app, runtime, server);
  mountDeadLetterRoutes(app, {
    ...server.desk,
    async redrive(asked, who) {
      const result = await server.desk.redrive(asked, who);
      await server.refresh();
      return result;
    },
    async discard(asked, who) {
      const result = await server.desk.discard(asked, who);
      await server.refresh();
      return result;
    },
  });
}

function mountStateRoutes(app: Hono, runtime: Runtime, server: ConsoleServer): void {
  app.get(at("snapshot"), async (context) => context.json(await server.snapshot(), 200, fresh));

  app.get(at("stream"), (context) => {
    const last = context.req.header("last-event-id") ?? context.req.query("after");
    if (!server.hasRoomForStream())
      return problemResponse(
        503,
        "too-many-pages",
        "Too many pages of the console are open.",
        {},
        {
          detail: "Close one of them; this one connects again by itself.",
        },
      );
    const after = last === undefined || !/^\d{1,15}$/.test(last) ? undefined : Number(last);
    let hangUp = () => {};
    const unlisten = server.listen(() => hangUp());
    const stream = openStream(server.frames, after, unlisten);
    hangUp = stream.close;
    return stream.response;
  });

  app.get(at("queues/:queue/messages"), (context) => {
    const queue = context.req.param("queue");
    const { queues } = runtime.aws;
    if (!queues.names().includes(queue)) return notFound("queue");
    const messages = [];
    for (const message of queues.walk(queue)) {
      messages.push(queuedMessage(message));
      if (messages.length >= MOST_MESSAGES) break;
    }
    return context.json(messages, 200, fresh);
  });

  app.get(at("session"), async () => {
    const exportedAt = iso(runtime.now());
    const file = sessionFile(await server.snapshot(), exportedAt, server.details());
    const name = `order-saga-${exportedAt.slice(0, 19).replaceAll(":", "")}.json`;
    const headers = {
      ...fresh,
      "content-type": "application/json",
      "content-disposition": `attachment; filename="${name}"`,
    };
    return new Response(file, { headers });
  });
}

function mountOrderRoutes(app: Hono, server: ConsoleServer): void {
  app.get(at("orders"), async (context) => {
    const { before, status, stuck, text = "" } = context.req.query();
    const filter = {
      text: text.slice(0, LONGEST_SEARCH),
      status: statusFilters.find((each) => each === status) ?? "all",
      onlyStuck: stuck !== undefined,
    };
    return context.json(await server.search({ filter, before, most: MOST_ORDERS }), 200, fresh);
  });

  app.get(at("orders/:orderId"), async (context) => {
    const detail = await server.detail(context.req.param("orderId"));
    return detail ? context.json(detail, 200, fresh) : notFound("order");
  });

  app.get(at("orders/:orderId/test"), async (context) => {
    const orderId = context.req.param("orderId");
    await server.recall();
    const events = server.recorder.order(orderId)?.events.map(({ event }) => event) ?? [];
    if (!events.some(({ type }) => type === "OrderPlaced")) return notFound("order");
    return context.text(renderTest(orderId, events), 200, fresh);
  });
}

const PublishBody = z.strictObject({ type: z.string() });
const SendAgainBody = z.strictObject({ kind: z.string().min(1).max(100) });

/** What an order's page does about the order itself; each act is logged with who did it. */
function mountOrderActs(
  app: Hono,
  runtime: Runtime,
  { detail, operatorLog, recorder, refresh }: ConsoleServer,
) {
  const log = (context: Context, did: string, target: string, outcome: string) =>
    operatorLog.add({
      at: iso(runtime.now()),
      who: operatorName(context.req.header("x-order-saga")),
      act: did,
      target,
      outcome,
    });

  app.post(at("orders/:orderId/publish"), async (context) => {
    const given = await bodyOf(context.req.raw, PublishBody);
    if ("problem" in given) return given.problem;
    const orderId = context.req.param("orderId");
    await detail(orderId);
    const { type } = given.body;
    const event = isEventType(type) ? factOf(recorder.order(orderId)?.facts, type) : undefined;
    if (!event) return notFound("event of the order");
    const refused = await publish(runtime, event);
    const act = log(context, "publish", `${type} of ${orderId}`, refused ?? "taken by the bus");
    await refresh();
    return refused === undefined ? context.json(act) : busRefused(refused);
  });

  app.post(at("orders/:orderId/mails/send-again"), async (context) => {
    const given = await bodyOf(context.req.raw, SendAgainBody);
    if ("problem" in given) return given.problem;
    const orderId = context.req.param("orderId");
    const known = await detail(orderId);
    const facts = recorder.order(orderId)?.facts;
    const { kind } = given.body;
    if (!known || !facts) return notFound("order");
    const sent = await sendMailAgain(runtime, { facts, kind: kind as MailKind, orderId });
    if ("refused" in sent)
      return problemResponse(409, "cannot-act", "That cannot be done now.", {}, { detail: sent.refused });
    const act = log(context, "send the mail again", `${kind} of ${orderId}`, sent.outcome);
    await refresh();
    return context.json(act);
  });
}

const factOf = (facts: Facts | undefined, type: EventType) =>
  facts && Object.hasOwn(facts, type) ? facts[type as keyof Facts] : undefined;

const busRefused = (detail: string) =>
  problemResponse(503, "bus-refused", "The bus did not take the event.", {}, { detail });

function mountEventRoutes(app: Hono, runtime: Runtime, { operatorLog, recorder, refresh }: ConsoleServer) {
  app.get(at("events"), (context) => {
    const { before = "" } = context.req.query();
    const number = /^-?\d{1,15}$/.test(before) ? Number(before) : undefined;
    return context.json(recorder.events(MOST_EVENTS, number), 200, fresh);
  });

  app.get(at("events/:number"), (context) => {
    const event = recorder.event(Number(context.req.param("number")));
    return event ? context.json(mask(event), 200, fresh) : notFound("event");
  });

  app.post(at("events/:number/publish"), async (context) => {
    const event = recorder.event(Number(context.req.param("number")));
    if (!event) return notFound("event");
    const refused = await publish(runtime, event);
    const act = operatorLog.add({
      at: iso(runtime.now()),
      who: operatorName(context.req.header("x-order-saga")),
      act: "publish again",
      target: `${event.type} of ${subjectOf(event)}`,
      outcome: refused === undefined ? "taken by the bus" : `refused: ${refused}`,
    });
    await refresh();
    return refused === undefined ? context.json(act) : busRefused(refused);
  });
}

/** Returns the error code if the bus refuses the event. */
async function publish({ clients }: Runtime, event: DomainEvent): Promise<string | undefined> {
  const entry = {
    EventBusName: BUS_NAME,
    Source: sourceOfEvent(event.type),
    DetailType: event.type,
    Detail: JSON.stringify(event),
  };
  const { Entries } = await clients.eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
  return Entries?.[0]?.ErrorCode;
}

function mountMailRoutes(app: Hono, { mail: mailOf }: ConsoleServer): void {
  app.get(at("mails/:id"), (context) => {
    const mail = mailOf(context.req.param("id"));
    if (!mail) return notFound("mail");
    const { html, subject, text, to } = mail;
    return context.json({ html, text, subject, to: to.join(", ") }, 200, fresh);
  });

  app.get(at("mails/:id/html"), (context) => {
    const mail = mailOf(context.req.param("id"));
    if (!mail) return notFound("mail");
    return new Response(mail.html, { headers: { ...fresh, ...mailHeaders } });
  });
}

function mountFeedRoutes(app: Hono, runtime: Runtime): void {
  app.get(at("feeds"), async (context) => context.json(await feedFiles(runtime), 200, fresh));

  app.get(at("feeds/:feedId/rows"), async (context) => {
    const from = Number(context.req.query("from") ?? 1);
    const rows = await feedRows(runtime, { feedId: context.req.param("feedId"), from });
    return rows ? context.json(rows, 200, fresh) : notFound("feed");
  });
}

/** The page shows the mail in a frame; this policy lets nothing in it run or be fetched. */
const mailHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; form-action 'none'; base-uri 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};
