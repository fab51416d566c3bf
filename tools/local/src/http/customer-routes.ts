// What an operator does about a person's data on the laptop: hands it out, or forgets them.
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { AwsEndpoint } from "@order-saga/emulator";
import { createKeyStore } from "@order-saga/messaging/personal-data/dynamodb";
import { createOpen } from "@order-saga/messaging/personal-data/personal-data";
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import type { Hono } from "hono";
import * as z from "zod";
import { exportOf, subjectsOf, type Tables } from "../customers/customer-data.ts";
import { forget } from "../customers/forget.ts";
import type { AwsClients } from "../provision.ts";
import { bodyOf } from "./body.ts";

const Customer = z.strictObject({ sub: z.string().min(1).max(255) });

type Runtime = {
  clients: Pick<AwsClients, "dynamodb">;
  aws: Pick<AwsEndpoint, "forget">;
  now(): number;
};

/** Mount `needsHeader` on `/__local` first. */
export function mountCustomerRoutes(app: Hono, { aws, clients, now }: Runtime): void {
  const client = DynamoDBDocumentClient.from(clients.dynamodb);
  const tables: Tables = { client, named: (name) => name };

  app.post("/__local/customers/forget", async (context) => {
    const given = await bodyOf(context.req.raw, Customer);
    if ("problem" in given) return given.problem;
    const { sub } = given.body;
    // The key first: from now on no mail can be written to them.
    const forgotten = await forget(tables, sub, now());
    const subjects = await subjectsOf(tables, sub);
    const mails = aws.forget(({ "x-order-mail": about = "" }) => subjects.has(about.split("/")[0] ?? ""));
    return context.json({ ...forgotten, mails });
  });

  app.post("/__local/customers/export", async (context) => {
    const given = await bodyOf(context.req.raw, Customer);
    if ("problem" in given) return given.problem;
    const open = createOpen(createKeyStore({ client, tableName: KEYS_TABLE }));
    return context.json(await exportOf(tables, given.body.sub, open));
  });
}
