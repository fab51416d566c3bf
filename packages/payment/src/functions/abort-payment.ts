// Lambda entry of the reaction abort-payment.
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { reactionPorts, type Sandbox } from "@order-saga/messaging/sandbox";
import { hearForPayment } from "../reactions.ts";
import { abortPayment } from "../service.ts";
import { paymentPorts } from "./ports.ts";

export const create = (sandbox: Sandbox) =>
  reaction(
    abortPayment,
    hearForPayment(paymentPorts(sandbox, abortPayment)),
    reactionPorts(sandbox, "payment"),
  );

export const handler = create(lambda);
