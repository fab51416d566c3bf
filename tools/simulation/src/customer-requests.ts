// Requests to the API as API Gateway hands them to the functions; a client repeats one that got no answer.
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { exponential } from "./calls.ts";
import type { ApiCall } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { siteOf } from "./fault-sites.ts";
import type { FunctionCode, InvocationEnd, Lambda } from "./lambda.ts";
import type { Fault, Plan, PlannedOrder } from "./plan.ts";

export type Request = {
  principal: string;
  functionName: string;
  path: Record<string, string>;
  body: unknown;
  /** The order's number in the plan. */
  order: number | undefined;
  orderId: string | undefined;
  idempotencyKey: string | undefined;
};

export type RequestOptions = {
  context: RunContext;
  lambda: Lambda;
  code: (name: string) => FunctionCode;
  onCall: (call: ApiCall) => void;
};

/** Sends a request; `onAnswer` gets the last answer, whose status is 0 if there was none. */
export type Ask = (request: Request, onAnswer?: (answer: { status: number; body: unknown }) => void) => void;

/** A client sends a request at most so often, while it gets no answer or a server error. */
const ATTEMPTS = 6;

/** API Gateway stops waiting for an integration after 30 seconds. */
const GATEWAY_MILLISECONDS = 30_000;

export function createAsk({ code, context, lambda, onCall }: RequestOptions): Ask {
  const { plan, scheduler } = context;

  function ask(given: Request, onAnswer: Parameters<Ask>[1] = () => {}, attempt = 1): void {
    const { functionName, order } = given;
    const about = String(order ?? [...Object.values(given.path), given.idempotencyKey].join(" "));
    const { chance, fault } = context.occurrence(siteOf.request(functionName, order), about);
    if (fault) meet(fault, given);
    const request = fault?.kind === "client-names-total" ? { ...given, body: withTotal(given, plan) } : given;
    const at = scheduler.now();
    let isOver = false;
    const answered = (answer: ApiCall["answer"]) => {
      if (isOver) return;
      isOver = true;
      const { body, idempotencyKey, orderId, path, principal } = request;
      onCall({ at, principal, route: functionName, path, orderId, idempotencyKey, body, answer });
      context.note("customer", orderId, () => `${functionName} → ${answer?.status ?? "no answer"}`);
      // Who is told to come later does so, and the shop must know what to do with them.
      const { retryAfterSeconds: later = 0 } = answer?.status === 429 ? answer : {};
      if (later > 0) {
        scheduler.after(1000 * (later + chance(4)), () => ask(request, onAnswer, attempt));
        return;
      }
      const isGivenUp = fault?.kind === "client-disconnects" && fault.variant === "for-good";
      if (!isGivenUp && attempt < ATTEMPTS && (answer === undefined || answer.status >= 500)) {
        scheduler.after(1000 * 2 ** attempt * (0.5 + chance(3)), () => ask(request, onAnswer, attempt + 1));
      } else onAnswer(answer ?? { status: 0, body: undefined });
    };
    const again = attempt > 1 ? ` again (${attempt})` : "";
    context.note("customer", request.orderId, () => `${functionName}${again}`);
    if (fault?.kind === "client-disconnects") answered(undefined);
    scheduler.after(GATEWAY_MILLISECONDS, () => answered({ status: 503, body: undefined }));
    const onEnd = (end: InvocationEnd) =>
      scheduler.after(exponential(chance(2)) * plan.pace.call, () => answered(answerOf(end)));
    scheduler.after(exponential(chance(1)) * plan.pace.call, () =>
      lambda.invoke(code(functionName), eventOf(request), onEnd, { about }),
    );
  }

  function meet(fault: Fault, request: Request): void {
    context.meet(fault);
    context.note("customer", request.orderId, () => `✗ ${fault.kind}`);
    const later = (fault.seconds ?? 1) * 1000;
    if (fault.kind === "client-retries" || fault.kind === "client-names-total")
      scheduler.after(later, () => ask(request));
    if (fault.kind === "client-changes-body") {
      const lines = [{ sku: plan.products[0]?.sku ?? "", quantity: 7 }];
      const body = { ...(request.body as object), lines };
      scheduler.after(later, () => ask({ ...request, body }));
    }
  }

  return ask;
}

/** The order with half of its total as `expectedTotal`, as a page with old prices sends it. */
function withTotal({ body }: Request, { products }: Plan): object {
  const { lines = [] } = body as Partial<PlannedOrder>;
  const priceOf = (sku: string) => products.find((each) => each.sku === sku)?.unitPrice ?? 0;
  const total = lines.reduce((sum, { quantity, sku }) => sum + quantity * priceOf(sku), 0);
  return { ...(body as object), expectedTotal: Math.floor(total / 2) };
}

function eventOf(request: Request): APIGatewayProxyEventV2WithJWTAuthorizer {
  const event = {
    version: "2.0",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${tokenOf(request.principal)}`,
      ...(request.idempotencyKey !== undefined && { "idempotency-key": request.idempotencyKey }),
    },
    pathParameters: request.path,
    requestContext: { authorizer: { jwt: { claims: claimsOf(request), scopes: [] } } },
    body: JSON.stringify(request.body),
    isBase64Encoded: false,
  };
  return event as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
}

/** Of each third customer no address is verified. */
export const hasVerifiedAddress = (principal: string) => Number(/\d+$/.exec(principal)?.[0] ?? 0) % 3 !== 2;

function claimsOf({ principal }: Request) {
  return {
    sub: principal,
    ...(hasVerifiedAddress(principal) && { email: `${principal}@example.com`, email_verified: "true" }),
  };
}

/** Its signature is the authorizer's to check, which has done so before a function runs. */
function tokenOf(sub: string): string {
  const payload = Buffer.from(JSON.stringify({ sub })).toString("base64url");
  return `simulated.${payload}.token`;
}

/** API Gateway answers 500 if the function dies. */
function answerOf(end: InvocationEnd): NonNullable<ApiCall["answer"]> {
  if (end.ended !== "answered") return { status: 500, body: undefined };
  const { body, headers, statusCode = 200 } = end.result as APIGatewayProxyStructuredResultV2;
  const later = Number(headers?.["retry-after"] ?? 0);
  return {
    status: statusCode,
    body: body === undefined ? undefined : JSON.parse(body),
    ...(later > 0 && { retryAfterSeconds: later }),
  };
}
