// What notification hears, stores and needs: one reaction that mails the customer, and says nothing.
import { type ProviderLimit, reactionManifest, type ServiceManifest } from "@order-saga/messaging";

/** What SES allows an account beyond its sandbox, unless it allows more (SES quotas, "Sending quotas"). */
export const ses: ProviderLimit = { provider: "ses", perSecond: 14, setting: "MAIL_PER_SECOND" };

export const notifyCustomer = reactionManifest({
  name: "notify-customer",
  hears: [
    "OrderPlaced",
    "PaymentActionRequired",
    "RefundMade",
    "OrderConfirmed",
    "OrderRejected",
    "OrderCancelled",
    "BulkPlaced",
    "BulkCompleted",
  ],
  // The orders of a bulk send no mails of their own: one about the bulk has the sum.
  having: { bulkId: false },
  environment: ["MAIL_FROM", "CONFIGURATION_SET", ses.setting, "MAILS_PER_CUSTOMER", "QUOTA_SECONDS"],
  // How many mails each customer was sent: read and written only where a stage sets a quota.
  table: { get: ["NOTE#*", "QUOTA#*"], put: ["NOTE#*", "QUOTA#*"], update: ["QUOTA#*"] },
  mail: true,
  returnedMail: true,
  personalData: "stop",
  calls: ses,
  // A mail that SES's limit leaves no turn for, or that is due only later, comes again by its message.
  sends: ["notify-customer"],
});

export const notification: ServiceManifest = {
  name: "notification",
  table: { record: "NOTE#*", indexes: {} },
  reactions: [notifyCustomer],
  schedules: [],
  routes: [],
  settings: {
    /** A mailbox whose domain is verified with SES. */
    MAIL_FROM: "Tea Shop <shop@example.com>",
    /** An SES configuration set, which tells of bounces and complaints; empty for none. */
    CONFIGURATION_SET: "",
    /** How many mails a customer is sent in a window of QUOTA_SECONDS; with 0 any number. */
    MAILS_PER_CUSTOMER: "0",
    QUOTA_SECONDS: "3600",
    [ses.setting]: String(ses.perSecond),
  },
  secrets: [],
};
