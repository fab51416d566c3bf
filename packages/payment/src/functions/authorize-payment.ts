// Lambda entry of the reaction authorize-payment.
import { reactionPorts } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { hearForPayment } from "../reactions.ts";
import { authorizePayment } from "../service.ts";
import { paymentPorts } from "./ports.ts";

export const handler = reaction(
  authorizePayment,
  hearForPayment(paymentPorts(authorizePayment.timeoutSeconds)),
  reactionPorts("payment", authorizePayment),
);
