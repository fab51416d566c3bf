// Lambda entry of the reaction abort-payment.
import { reactionPorts } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { hearForPayment } from "../reactions.ts";
import { abortPayment } from "../service.ts";
import { paymentPorts } from "./ports.ts";

export const handler = reaction(
  abortPayment,
  hearForPayment(paymentPorts(abortPayment.timeoutSeconds)),
  reactionPorts("payment", abortPayment),
);
