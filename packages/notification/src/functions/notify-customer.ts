// The Lambda entry of notify-customer.
import { randomUUID } from "node:crypto";
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import { environment, reactionPorts } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { createSesClient, createSesMailer } from "../mailer/ses.ts";
import { notify } from "../reactions.ts";
import { notification, notifyCustomer } from "../service.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";

export const handler = reaction(
  notifyCustomer,
  notify({
    store: createDynamoDbStore({ client: createDocumentClient(), tableName: environment("TABLE_NAME") }),
    mailer: createSesMailer({
      client: createSesClient(),
      from: environment("MAIL_FROM"),
      configurationSet: process.env.CONFIGURATION_SET || undefined,
    }),
    newClaim: randomUUID,
    claimLife: 2 * notifyCustomer.timeoutSeconds * 1000,
  }),
  reactionPorts(notification.name, notifyCustomer),
);
