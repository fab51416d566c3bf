// Lambda entry of the reaction capture-payment.
import { reactionPorts } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { hearForPayment } from "../reactions.ts";
import { capturePayment } from "../service.ts";
import { paymentPorts } from "./ports.ts";

export const handler = reaction(
  capturePayment,
  hearForPayment(paymentPorts(capturePayment.timeoutSeconds)),
  reactionPorts("payment", capturePayment),
);
