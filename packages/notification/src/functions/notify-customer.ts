// Lambda entry of the reaction notify-customer.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import {
  type ExecutionEnvironment,
  laterIn,
  requiredVariable,
  silentReactionPorts,
} from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { pacesOf } from "@order-saga/messaging/paces";
import { contactsIn } from "@order-saga/messaging/personal-data/adapters";
import { quotaIn } from "@order-saga/messaging/quota/adapters";
import { reaction } from "@order-saga/messaging/reaction";
import { returnedMails } from "@order-saga/messaging/returned-mail-reaction";
import { mailQuotaRecord } from "@order-saga/protocol/records";
import { createSesClient, createSesMailer } from "../mailer/ses.ts";
import { withinQuota } from "../mailer/within-quota.ts";
import type { NotificationPorts } from "../ports.ts";
import { notifyCustomerHandler, returnedMailHandler } from "../reactions.ts";
import { notification, notifyCustomer, ses } from "../service.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";

export const create = (env: ExecutionEnvironment) => {
  const client = env.client("dynamodb", createDocumentClient);
  const mailer = createSesMailer({
    client: env.client("ses", createSesClient),
    from: requiredVariable(env, "MAIL_FROM"),
    configurationSet: env.variable("CONFIGURATION_SET") || undefined,
    pace: pacesOf(env, notification, ses)("SendRawEmail"),
    clock: env,
  });
  const ports: NotificationPorts = {
    store: createDynamoDbStore({ client, tableName: requiredVariable(env, "TABLE_NAME") }),
    mailer: withinQuota(mailer, quotaIn(env, "MAILS_PER_CUSTOMER", mailQuotaRecord.key), env.now),
    contacts: contactsIn(env),
    clock: env.now,
    newClaim: env.newId,
    later: laterIn(env, notifyCustomer.name),
    claimLife: 2 * notifyCustomer.timeoutSeconds * 1000,
  };
  return reaction(
    notifyCustomer,
    notifyCustomerHandler(ports),
    silentReactionPorts(env, notification.name),
    returnedMails(returnedMailHandler(ports)),
  );
};

export const handler = create(lambda);
