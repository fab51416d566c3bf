// A payment provider for tests whose API is shaped as Adyen's: a capture, cancel or refund is only received,
// and how it ended is seen later.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

type Fault = "answer-lost" | "throttled" | "unreached" | "shop-refused";
export type Money = { value: number; currency: string };
export type Modification = {
  pspReference: string;
  reference: string;
  eventCode: "CAPTURE" | "CANCELLATION" | "REFUND";
  amount: Money;
  status: "received" | "succeeded" | "failed";
  reason?: string;
};
export type AdyenPayment = {
  pspReference: string;
  reference: string;
  amount: Money;
  method: string;
  resultCode: "Authorised" | "Refused" | "RedirectShopper";
  modifications: Modification[];
};
export type Answer = { status: number; body: object };

const ended = { captures: "CAPTURE", cancels: "CANCELLATION", refunds: "REFUND" } as const;
const refused = (status: number, errorCode: string): Answer => ({ status, body: { errorCode } });

/** What of that kind was done, in minor units. */
export const doneOf = ({ modifications }: AdyenPayment, code: Modification["eventCode"]): number =>
  modifications
    .filter(({ eventCode, status }) => eventCode === code && status !== "failed")
    .reduce((total, { amount }) => total + amount.value, 0);

export const isCancelled = ({ modifications }: AdyenPayment): boolean =>
  modifications.some(({ eventCode, status }) => eventCode === "CANCELLATION" && status !== "failed");

type Asked = { pspReference: string; reference: string; amount?: Money };

function modify(payment: AdyenPayment, kind: keyof typeof ended, asked: Asked): Answer {
  const { amount = payment.amount, pspReference, reference } = asked;
  const taken = doneOf(payment, "CAPTURE");
  const isOpen = payment.resultCode !== "Refused" && !isCancelled(payment) && taken === 0;
  if (kind === "refunds" ? taken - doneOf(payment, "REFUND") < amount.value : !isOpen)
    return refused(422, kind === "refunds" ? "137" : "167");
  if (kind === "captures" && amount.value !== payment.amount.value) return refused(422, "partial");
  const eventCode = ended[kind];
  payment.modifications.push({ pspReference, reference, eventCode, amount, status: "received" });
  // A bank that refuses tells so at once here, so that no money counts as taken meanwhile.
  const made = payment.modifications.at(-1);
  if (made && kind === "captures" && payment.method === "scheme_capture_fails")
    Object.assign(made, { status: "failed", reason: "Capture Failed" });
  return { status: 201, body: { pspReference, status: "received" } };
}

/** What was received ends by the time it is looked at. */
function shown(payment: AdyenPayment): AdyenPayment {
  for (const each of payment.modifications) if (each.status === "received") each.status = "succeeded";
  return payment;
}

export async function startAdyenShaped(apiKey: string) {
  const payments = new Map<string, AdyenPayment>();
  const answers = new Map<string, Answer>();
  let next: Fault | undefined;
  let count = 0;
  const paymentsOf = (order: string) => [...payments.values()].filter(({ reference }) => reference === order);
  const newReference = () => `PSP${String(++count).padStart(13, "0")}`;

  function pay(asked: { amount: Money; reference: string; paymentMethod: { id: string } }): Answer {
    const { amount, reference, paymentMethod } = asked;
    const pspReference = newReference();
    const codes = { scheme_refused: "Refused", scheme_redirect: "RedirectShopper" } as const;
    const resultCode = codes[paymentMethod.id as keyof typeof codes] ?? "Authorised";
    const made = { pspReference, reference, amount, method: paymentMethod.id, resultCode, modifications: [] };
    payments.set(pspReference, made);
    return { status: 200, body: made };
  }

  function answer(method: string, path: string, body: string): Answer {
    const [, , id = "", kind] = path.split("/");
    if (method === "POST" && id === "") return pay(JSON.parse(body));
    if (id === "") return { status: 200, body: paymentsOf(path.replace("/payments?reference=", "")) };
    const payment = payments.get(id);
    if (!payment) return refused(404, "702");
    if (method === "GET") return { status: 200, body: shown(payment) };
    return modify(payment, kind as keyof typeof ended, { ...JSON.parse(body), pspReference: newReference() });
  }

  function underKey(request: IncomingMessage, body: string): Answer {
    const { method = "", url = "", headers } = request;
    const key = headers["idempotency-key"];
    if (method !== "POST" || typeof key !== "string") return answer(method, url, body);
    const known = answers.get(key) ?? structuredClone(answer(method, url, body));
    answers.set(key, known);
    return known;
  }

  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const fault = request.method === "POST" ? next : undefined;
    if (fault) next = undefined;
    const isOfShop = fault !== "shop-refused" && request.headers["x-api-key"] === apiKey;
    if (fault === "unreached") return void request.socket.destroy();
    const said = !isOfShop
      ? refused(401, "000")
      : fault === "throttled"
        ? refused(429, "029")
        : underKey(request, body);
    if (fault === "answer-lost") return void request.socket.destroy();
    response.writeHead(said.status, { "content-type": "application/json" }).end(JSON.stringify(said.body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paymentsOf,
    failNext(fault: Fault) {
      next = fault;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
