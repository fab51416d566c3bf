// `pnpm webhooks`: lists endpoints and what they were not told, and sends one webhook again.
import { command, port, run, stage, UsageError } from "@order-saga/arguments";
import type { EndpointRow } from "@order-saga/console/console-api";
import { NotReached } from "./ask.ts";
import { openWebhooks } from "./webhook-places.ts";

const commands = ["list", "replay", "enable", "disable"] as const;

const webhooks = command(
  {
    name: "pnpm webhooks",
    says: "Webhooks: who is told how orders end, what waits or was given up; send one again.",
    usage: ["list", "replay ID", "enable NAME", "disable NAME"].map((each) => `${each} [--stage NAME]`),
    words: [
      { name: "COMMAND", of: commands },
      { name: "TARGET", says: "an endpoint's name, or a webhook's id", isOptional: true },
    ],
    options: {
      stage: {
        ...stage,
        says: "a deployed stage, with the settings of its file and this shell's credentials; else the laptop",
      },
      port: { ...port, variable: "PORT", default: 3000, says: "where the laptop's API listens" },
      json: { kind: "flag", says: "for programs" },
    },
    notes: "A webhook that is sent again has the same id and the same bytes: a receiver that had it knows.",
  },
  async ({ json, port, stage }, words) => {
    const [what, target] = words as [(typeof commands)[number], string?];
    const desk = await openWebhooks(stage, port);
    if (what === "list") {
      const endpoints = await desk.endpoints();
      console.log(json ? JSON.stringify(endpoints, null, 2) : printed(endpoints));
      return 0;
    }
    if (target === undefined) throw new UsageError(`${what} needs ${what === "replay" ? "an id" : "a name"}`);
    await desk[what](target);
    console.log(`${target}: ${said[what]}`);
    return 0;
  },
);

const said = {
  replay: "is sent again.",
  enable: "is enabled; what waits goes out within a minute.",
  disable: "is told nothing more until it is enabled.",
} as const;

function printed(endpoints: readonly EndpointRow[]): string {
  if (endpoints.length === 0) return "There is no endpoint.";
  return endpoints
    .flatMap(({ failed, name, reason, since, state, url, waiting }) => [
      `${name}  ${state}${reason ? ` (${reason})` : ""}${since ? ` since ${since}` : ""}, ${waiting} waiting  ${url}`,
      ...failed.map(({ attempts, id, orderId, type }) => {
        const last = attempts.at(-1);
        return `  given up: ${id}  ${type} of ${orderId}, ${last?.status ?? last?.error ?? "its endpoint is gone"}`;
      }),
    ])
    .join("\n");
}

await run(webhooks, (error) => error instanceof NotReached || ["NotDone", "DeskError"].includes(error.name));
