// `pnpm restore`: rebuilds the records of a stage's restored tables from its archive and from Stripe.
import { command, run, UsageError } from "@order-saga/arguments";
import { DeskError } from "@order-saga/dead-letters/desk";
import { tablesOf } from "@order-saga/dead-letters/stage";
import { readArchive } from "./archive-reader.ts";
import type { FeedEnd } from "./facts.ts";
import { intentsSince } from "./intents.ts";
import { stageOption, windowOf, windowOptions } from "./options.ts";
import { ReplayError, stage } from "./place.ts";
import { rebuild } from "./rebuild.ts";
import type { Rebuilt } from "./rebuilding.ts";
import { prepared } from "./replay.ts";

const restore = command(
  {
    name: "pnpm restore",
    says: "Rebuilds what restored tables lack, from the archive and from Stripe. The stage must be stopped.",
    options: {
      ...windowOptions,
      stage: stageOption,
      "dry-run": { kind: "flag", says: "only say what would be written" },
    },
    notes: `Needs STRIPE_API_KEY (a restricted key that reads payment intents is enough), and TABLE_<SERVICE> of each restored
table, as in .env.<stage>; ORDER_ID_SECRET if a bulk of orders asks for it. May be repeated. docs/runbooks/restore.md has the steps before and after.`,
  },
  async (given) => {
    const window = windowOf(given);
    if (given.stage === undefined) throw new UsageError("--stage is missing: whose tables were restored?");
    const {
      ORDER_ID_SECRET: orderIdSecret,
      STRIPE_API_KEY: apiKey,
      STRIPE_API_URL: apiUrl = "https://api.stripe.com",
    } = process.env;
    if (!apiKey) throw new UsageError("STRIPE_API_KEY is missing: only Stripe knows what it has taken.");
    const place = await stage(given.stage);
    const { archive } = await prepared(place, window, undefined);
    const { dynamodb } = place.clients;
    const tableOf = await tablesOf(dynamodb, place.named(""));
    const intents = await intentsSince(window.from, { apiKey, apiUrl });
    const events = await readArchive(place, archive, window);
    const isDryRun = given["dry-run"];
    const secret = orderIdSecret === undefined ? {} : { orderIdSecret };
    const now = Date.now();
    const rebuilt = await rebuild({ dynamodb, tableOf, events, intents, now, isDryRun, ...secret });
    console.log(report(rebuilt, isDryRun));
    return rebuilt.problems.length > 0 ? 1 : 0;
  },
);

function report(rebuilt: Rebuilt, isDryRun: boolean): string {
  const { bulks, lostFeeds, orders, problems, unknownMails, written } = rebuilt;
  const records = Object.entries(written).map(([service, count]) => `${count} of ${service}`);
  const done = isDryRun ? "would be written" : "were written";
  return [
    `${orders} orders and ${bulks} bulks have events in the window; records that ${done}: ${records.join(", ") || "none"}.`,
    `Mails of ${unknownMails.length} orders and bulks may have gone out or not, and are not sent again:`,
    ...unknownMails.map(({ kinds, orderId }) => `? ${orderId}: ${kinds.join(", ")}`),
    `${lostFeeds.length} stock feeds ended in the window and not in the table, and are not rebuilt (the runbook says what to do):`,
    ...lostFeeds.map((end) => `? ${end.feedId}: ${wordsOf(end)}`),
    ...problems.map(({ orderId, service, why }) => `✗ ${orderId}, ${service}: ${why}`),
  ].join("\n");
}

function wordsOf({ data }: FeedEnd): string {
  if ("reason" in data) return `refused (${data.reason}); nothing of it is lost but its record`;
  return `imported, ${data.applied} of ${data.rows} rows applied, SHA-256 ${data.sha256}`;
}

await run(
  restore,
  (error) =>
    error instanceof ReplayError ||
    error instanceof DeskError ||
    "$metadata" in error ||
    error.name === "CredentialsProviderError",
);
