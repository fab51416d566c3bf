// Lambda entry of the reaction capture-payment.
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { reactionPorts, type Sandbox } from "@order-saga/messaging/sandbox";
import { hearForPayment } from "../reactions.ts";
import { capturePayment } from "../service.ts";
import { paymentPorts } from "./ports.ts";

export const create = (sandbox: Sandbox) =>
  reaction(
    capturePayment,
    hearForPayment(paymentPorts(sandbox, capturePayment)),
    reactionPorts(sandbox, "payment"),
  );

export const handler = create(lambda);
