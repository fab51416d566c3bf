// Lambda entry of the reaction authorize-payment.
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { reactionPorts, type Sandbox } from "@order-saga/messaging/sandbox";
import { hearForPayment } from "../reactions.ts";
import { authorizePayment } from "../service.ts";
import { paymentPorts } from "./ports.ts";

export const create = (sandbox: Sandbox) =>
  reaction(
    authorizePayment,
    hearForPayment(paymentPorts(sandbox, authorizePayment)),
    reactionPorts(sandbox, "payment"),
  );

export const handler = create(lambda);
