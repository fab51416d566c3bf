// Who is told how orders end, on the laptop: receivers on this machine too, each with a secret of its own.
import { createHmac } from "node:crypto";
import { readEndpoints } from "@order-saga/webhooks/service";
import type { Secrets } from "./data-directory.ts";

/** Kept with the laptop's state, because it is made of a secret that is. */
export const webhookSecret = ({ ORDER_ID_SECRET }: Pick<Secrets, "ORDER_ID_SECRET">, endpoint: string) =>
  `whsec_${createHmac("sha256", ORDER_ID_SECRET).update(`webhooks to ${endpoint}`).digest("base64")}`;

/** The endpoints of a laptop's setting. Throws RangeError with what is wrong with one. */
export const endpointsOf = (text = "") => readEndpoints(text, "loopback");

/**
 * The laptop's settings, with what the service reads besides its endpoints if there are any: given, or in the
 * environment, by which the service is in the list.
 */
export function withWebhooks(
  settings: Readonly<Record<string, string>> = {},
  secrets: Secrets,
): Readonly<Record<string, string>> {
  const WEBHOOK_ENDPOINTS = settings.WEBHOOK_ENDPOINTS ?? process.env.WEBHOOK_ENDPOINTS;
  const endpoints = endpointsOf(WEBHOOK_ENDPOINTS);
  if (WEBHOOK_ENDPOINTS === undefined || endpoints.length === 0) return settings;
  const WEBHOOK_SECRETS = endpoints.map(({ name }) => `${name}=${webhookSecret(secrets, name)}`).join(",");
  return { WEBHOOK_ENDPOINTS, WEBHOOK_SECRETS, WEBHOOK_ADDRESSES: "loopback", ...settings };
}
