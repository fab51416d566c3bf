// The console's routes of webhooks: endpoints, what they were told, and what an operator does about it.
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { operatorName } from "@order-saga/dead-letters/operator";
import { bodyOf } from "@order-saga/local/http/body";
import { problemResponse } from "@order-saga/local/http/local-app";
import type { Runtime } from "@order-saga/local/runtime";
import { endpointsOf } from "@order-saga/local/webhook-endpoints";
import { deliverWebhook, sweepWebhooks, tellStorefront } from "@order-saga/webhooks/service";
import type { Context, Hono } from "hono";
import * as z from "zod";
import { CONSOLE_PATH, type Webhooks } from "./console-api.ts";
import { iso } from "./iso.ts";
import type { ConsoleServer } from "./server.ts";
import { createWebhookDesk, NotDone } from "./webhook-desk.ts";

const MOST_EVENTS = 1000;
const MOST_RECENT = 60;
const fresh = { "cache-control": "no-store" };
const told: readonly string[] = tellStorefront.hears;

export function mountWebhookRoutes(app: Hono, runtime: Runtime, server: ConsoleServer): void {
  const { clients, now, queueUrls, values } = runtime;
  const endpoints = endpointsOf(values.WEBHOOK_ENDPOINTS);
  const desk = createWebhookDesk({
    client: DynamoDBDocumentClient.from(clients.dynamodb, {
      marshallOptions: { removeUndefinedValues: true },
    }),
    sqs: clients.sqs,
    tableName: "webhooks",
    queueUrl: queueUrls.get(`webhooks-${deliverWebhook.name}`) ?? "",
    endpoints,
    now,
  });
  const ofEvents = (events: readonly { id: string; type: string }[]) =>
    endpoints.length === 0 ? [] : desk.ofEvents(uniqueIds(events.filter(({ type }) => told.includes(type))));

  app.get(`${CONSOLE_PATH}/webhooks`, async (context) => {
    const events = server.recorder.events(MOST_EVENTS).toSorted((a, b) => b.number - a.number);
    const newest = events.filter(({ type }) => told.includes(type)).slice(0, MOST_RECENT);
    const answer: Webhooks = { endpoints: await desk.endpoints(), recent: await ofEvents(newest) };
    return context.json(answer, 200, fresh);
  });

  app.get(`${CONSOLE_PATH}/orders/:orderId/webhooks`, async (context) => {
    const events = server.recorder.order(context.req.param("orderId"))?.events ?? [];
    return context.json(await ofEvents(events.map(({ event }) => event)), 200, fresh);
  });

  const doing = async (
    context: Context,
    schema: z.ZodType<Record<string, string>>,
    did: string,
    act: (target: string) => Promise<void>,
  ) => {
    const given = await bodyOf(context.req.raw, schema);
    if ("problem" in given) return given.problem;
    const [target = ""] = Object.values(given.body);
    try {
      await act(target);
    } catch (error) {
      if (!(error instanceof NotDone)) throw error;
      return problemResponse(409, "cannot-act", "That cannot be done now.", {}, { detail: error.message });
    }
    const who = operatorName(context.req.header("x-order-saga"));
    const row = server.operatorLog.add({ at: iso(now()), who, act: did, target, outcome: "done" });
    await server.refresh();
    return context.json(row);
  };

  app.post(`${CONSOLE_PATH}/webhooks/replay`, (context) =>
    doing(context, z.strictObject({ id: z.string().max(100) }), "send the webhook again", desk.replay),
  );
  const Named = z.strictObject({ name: z.string().max(20) });
  app.post(`${CONSOLE_PATH}/webhooks/enable`, (context) =>
    doing(context, Named, "enable the endpoint", async (name) => {
      await desk.enable(name);
      // A person waits for it, who need not wait for the sweep's next minute.
      await runtime.functions.invoke("webhooks", sweepWebhooks.name, {});
    }),
  );
  app.post(`${CONSOLE_PATH}/webhooks/disable`, (context) =>
    doing(context, Named, "disable the endpoint", desk.disable),
  );
}

const uniqueIds = (events: readonly { id: string }[]) => [...new Set(events.map(({ id }) => id))];
