// Where webhooks are: the laptop that runs here, or a deployed stage.
import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import type { EndpointRow, Webhooks } from "@order-saga/console/console-api";
import { askLaptop, awsRefused, NotReached } from "./ask.ts";

export type WebhookActs = {
  endpoints(): Promise<readonly EndpointRow[]>;
  replay(id: string): Promise<unknown>;
  enable(name: string): Promise<unknown>;
  disable(name: string): Promise<unknown>;
};

/** Throws NotReached or UsageError. */
export function openWebhooks(stage: string | undefined, port: number): Promise<WebhookActs> {
  return stage === undefined ? Promise.resolve(onLaptop(port)) : atStage(stage);
}

function onLaptop(port: number): WebhookActs {
  const ask = (path: string, body?: object) =>
    askLaptop(`/__local/console/webhooks${path}`, {
      port,
      who: "webhooks",
      refused: "That was refused",
      ...(body && { body }),
    });
  return {
    endpoints: async () => ((await ask("")) as Webhooks).endpoints,
    replay: (id) => ask("/replay", { id }),
    enable: (name) => ask("/enable", { name }),
    disable: (name) => ask("/disable", { name }),
  };
}

/** The SDK is loaded only for a stage. */
async function atStage(stage: string): Promise<WebhookActs> {
  const text = endpointsIn(`.env.${stage}`) ?? process.env.WEBHOOK_ENDPOINTS ?? endpointsIn(".env");
  if (!text) throw new NotReached(`WEBHOOK_ENDPOINTS is in neither .env.${stage} nor this shell.`);
  const { openWebhooksOfStage } = await import("./webhooks-of-stage.ts");
  return openWebhooksOfStage(stage, text).catch((error: Error) => {
    throw error.name === "DeskError" ? error : awsRefused(error);
  });
}

/** In the order in which SST reads a stage's settings. */
const endpointsIn = (file: string) =>
  existsSync(file) ? parseEnv(readFileSync(file, "utf8")).WEBHOOK_ENDPOINTS : undefined;
