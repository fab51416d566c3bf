// How the shop sends mail: the verified identity, and a configuration set that counts and suppresses bounces.
import { physicalName } from "./naming.ts";
import { addressOf, type Settings } from "./settings.ts";

export function createMail(settings: Settings) {
  const email = new sst.aws.Email("Mail", {
    sender: settings.mailIdentity,
    transform: {
      configurationSet: {
        configurationSetName: physicalName("mail"),
        deliveryOptions: { tlsPolicy: "REQUIRE" },
        reputationOptions: { reputationMetricsEnabled: true },
        sendingOptions: { sendingEnabled: true },
        // An address that bounced or complained is not written to again.
        suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
      },
    },
  });
  // As counts, not as events: an event would carry the customer's address into a log.
  new aws.sesv2.ConfigurationSetEventDestination("MailEvents", {
    configurationSetName: email.configSet,
    eventDestinationName: "counts",
    eventDestination: {
      enabled: true,
      matchingEventTypes: ["SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY"],
      cloudWatchDestination: {
        dimensionConfigurations: [
          {
            dimensionName: "ses:configuration-set",
            dimensionValueSource: "MESSAGE_TAG",
            defaultDimensionValue: physicalName("mail"),
          },
        ],
      },
    },
  });
  return {
    email,
    /** What SES asks permission for when a mail is sent. */
    resources: [email.nodes.identity.arn, email.nodes.configurationSet.arn],
    address: addressOf(settings.mailFrom),
  };
}
