// The Lambda entry of notify-customer.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { environment, type Sandbox, silentReactionPorts } from "@order-saga/messaging/sandbox";
import { createSesClient, createSesMailer } from "../mailer/ses.ts";
import { notify } from "../reactions.ts";
import { notification, notifyCustomer } from "../service.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";

export const create = (sandbox: Sandbox) => {
  const client = sandbox.client("dynamodb", createDocumentClient);
  const react = notify({
    store: createDynamoDbStore({ client, tableName: environment(sandbox, "TABLE_NAME") }),
    mailer: createSesMailer({
      client: sandbox.client("ses", createSesClient),
      from: environment(sandbox, "MAIL_FROM"),
      configurationSet: sandbox.variable("CONFIGURATION_SET") || undefined,
    }),
    clock: sandbox.now,
    newClaim: sandbox.newId,
    claimLife: 2 * notifyCustomer.timeoutSeconds * 1000,
  });
  return reaction(notifyCustomer, react, silentReactionPorts(sandbox, notification.name));
};

export const handler = create(lambda);
