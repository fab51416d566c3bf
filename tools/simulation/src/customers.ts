// The customers and the shop: requests to the API as API Gateway hands them to the functions, and their answers.
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { exponential } from "./calls.ts";
import type { ApiCall } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { siteOf } from "./fault-sites.ts";
import type { FunctionCode, InvocationEnd, Lambda } from "./lambda.ts";
import type { Fault, Plan, PlannedChange, PlannedOrder } from "./plan.ts";

export type Customers = {
  readonly calls: readonly ApiCall[];
  /** Puts the catalogue and the first stock in; calls back when the shop is open. */
  open(onOpen: () => void): void;
  /** Begins to send the plan's requests. */
  come(): void;
};

type Request = {
  principal: string;
  functionName: string;
  path: Record<string, string>;
  body: unknown;
  order: number | undefined;
  orderId: string | undefined;
  idempotencyKey: string | undefined;
};

/** Whom the shop's own requests come from. */
const SHOP = "shop";
export const CURRENCY = "EUR";

/** A customer whose request got no answer, or one that invites to it, asks again so often. */
const ATTEMPTS = 6;

/** API Gateway gives up an integration after half a minute. */
const GATEWAY_MILLISECONDS = 30_000;

/** Customers number their own orders, so that several of them use the same keys. */
export function keyOf(order: PlannedOrder, { orders }: Pick<Plan, "orders">): string {
  const own = orders.filter(({ customer, number }) => customer === order.customer && number <= order.number);
  return `key-of-order-number-${own.length}`;
}

export function createCustomers(options: {
  context: RunContext;
  lambda: Lambda;
  code: (name: string) => FunctionCode;
  orderIdOf: (order: PlannedOrder) => string;
  onCall: (call: ApiCall) => void;
}): Customers {
  const { context, lambda } = options;
  const { plan, scheduler } = context;
  const calls: ApiCall[] = [];

  function ask(given: Request, onAnswer: (status: number) => void = () => {}, attempt = 1): void {
    const { functionName, order } = given;
    const { chance, fault } = context.occurrence(siteOf.request(functionName, order));
    if (fault) meet(fault, given);
    const request = fault?.kind === "client-names-total" ? { ...given, body: withTotal(given) } : given;
    const at = scheduler.now();
    let isOver = false;
    const answered = (answer: ApiCall["answer"]) => {
      if (isOver) return;
      isOver = true;
      const { body, idempotencyKey, orderId, principal } = request;
      const call = { at, principal, route: functionName, orderId, idempotencyKey, body, answer };
      calls.push(call);
      options.onCall(call);
      context.note("customer", orderId, () => `${functionName} → ${answer?.status ?? "no answer"}`);
      const isGivenUp = fault?.kind === "client-disconnects" && fault.variant === "for-good";
      if (!isGivenUp && attempt < ATTEMPTS && (answer === undefined || answer.status >= 500)) {
        scheduler.after(1000 * 2 ** attempt * (0.5 + chance(3)), () => ask(request, onAnswer, attempt + 1));
      } else onAnswer(answer?.status ?? 0);
    };
    context.note(
      "customer",
      request.orderId,
      () => `${functionName}${attempt > 1 ? ` again (${attempt})` : ""}`,
    );
    if (fault?.kind === "client-disconnects") answered(undefined);
    scheduler.after(GATEWAY_MILLISECONDS, () => answered({ status: 503, body: undefined }));
    scheduler.after(exponential(chance(1)) * plan.pace.call, () =>
      lambda.invoke(options.code(functionName), eventOf(request), (end) => {
        scheduler.after(exponential(chance(2)) * plan.pace.call, () => answered(answerOf(end)));
      }),
    );
  }

  function meet(fault: Fault, request: Request): void {
    context.meet(fault);
    context.note("customer", request.orderId, () => `✗ ${fault.kind}`);
    const later = (fault.seconds ?? 1) * 1000;
    if (fault.kind === "client-retries" || fault.kind === "client-names-total")
      scheduler.after(later, () => ask(request));
    if (fault.kind === "client-changes-body") {
      const body = {
        ...(request.body as object),
        lines: [{ sku: plan.products[0]?.sku ?? "", quantity: 7 }],
      };
      scheduler.after(later, () => ask({ ...request, body }));
    }
  }

  /** An order with half the catalogue's total, as a page shows it whose prices are old. */
  function withTotal({ body }: Request): object {
    const { lines = [] } = body as Partial<PlannedOrder>;
    const priceOf = (sku: string) => plan.products.find((each) => each.sku === sku)?.unitPrice ?? 0;
    const total = lines.reduce((sum, { quantity, sku }) => sum + quantity * priceOf(sku), 0);
    return { ...(body as object), expectedTotal: Math.floor(total / 2) };
  }

  function place(order: PlannedOrder): void {
    const { customer, lines, paymentMethod } = order;
    const contact = { email: `${customer}@example.com`, name: customer };
    ask({
      principal: customer,
      functionName: "orders-place-order",
      path: {},
      body: { contact, currency: CURRENCY, lines, paymentMethod },
      order: order.number,
      orderId: options.orderIdOf(order),
      idempotencyKey: keyOf(order, plan),
    });
  }

  function cancel(order: PlannedOrder): void {
    const orderId = options.orderIdOf(order);
    ask({
      principal: order.customer,
      functionName: "orders-cancel-order",
      path: { orderId },
      body: { reason: "changed my mind" },
      order: order.number,
      orderId,
      idempotencyKey: undefined,
    });
  }

  function change(given: PlannedChange, key: string, onAnswer?: (status: number) => void): void {
    const shop = { principal: SHOP, order: undefined, orderId: undefined };
    if ("restock" in given) {
      const path = { sku: given.restock };
      const body = { delta: given.quantity };
      ask({ ...shop, functionName: "inventory-adjust-stock", path, body, idempotencyKey: key }, onAnswer);
      return;
    }
    const path = { sku: given.reprice };
    const body = { name: given.reprice, unitPrice: given.unitPrice, currency: CURRENCY };
    ask({ ...shop, functionName: "orders-put-product", path, body, idempotencyKey: undefined }, onAnswer);
  }

  return {
    calls,
    open(onOpen) {
      const changes = plan.products.flatMap(({ sku, stock, unitPrice }): PlannedChange[] => [
        { at: 0, reprice: sku, unitPrice },
        { at: 0, restock: sku, quantity: stock },
      ]);
      let left = changes.length;
      for (const [index, each] of changes.entries()) {
        change(each, `first-stock-number-${index}`, (status) => {
          if (status !== 200) throw new Error(`The shop could not open: ${status}.`);
          if (--left === 0) onOpen();
        });
      }
    },
    come() {
      for (const order of plan.orders) {
        scheduler.at(plan.start + order.at, () => place(order));
        if (order.cancelAt !== undefined) scheduler.at(plan.start + order.cancelAt, () => cancel(order));
      }
      for (const [index, each] of plan.changes.entries()) {
        scheduler.at(plan.start + each.at, () => change(each, `restock-of-the-shop-number-${index}`));
      }
    },
  };
}

function eventOf(request: Request): APIGatewayProxyEventV2WithJWTAuthorizer {
  const event = {
    version: "2.0",
    headers: {
      "content-type": "application/json",
      authorization: "Bearer simulated-token",
      ...(request.idempotencyKey !== undefined && { "idempotency-key": request.idempotencyKey }),
    },
    pathParameters: request.path,
    requestContext: { authorizer: { jwt: { claims: { sub: request.principal }, scopes: [] } } },
    body: JSON.stringify(request.body),
    isBase64Encoded: false,
  };
  return event as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
}

/** A function that dies is API Gateway's 500. */
function answerOf(end: InvocationEnd): NonNullable<ApiCall["answer"]> {
  if (end.ended !== "answered") return { status: 500, body: undefined };
  const { body, statusCode = 200 } = end.result as APIGatewayProxyStructuredResultV2;
  return { status: statusCode, body: body === undefined ? undefined : JSON.parse(body) };
}
