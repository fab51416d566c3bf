// How the shop sends mail: the verified identity, and a configuration set that suppresses and tells bounces.
import type { Account } from "./account.ts";
import { physicalName } from "./naming.ts";
import { addressOf, type Settings } from "./settings.ts";

export function createMail(account: Account, settings: Settings) {
  const set = new aws.sesv2.ConfigurationSet("MailSet", {
    configurationSetName: physicalName("mail"),
    deliveryOptions: { tlsPolicy: "REQUIRE" },
    reputationOptions: { reputationMetricsEnabled: true },
    sendingOptions: { sendingEnabled: true },
    // An address that bounced or complained is not written to again.
    suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
  });
  // The other events as counts: each would carry the customer's address to whoever hears it.
  new aws.sesv2.ConfigurationSetEventDestination("MailEvents", {
    configurationSetName: set.configurationSetName,
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
  // SES takes no other bus. The rule there passes neither address nor subject on (subscription.ts).
  new aws.sesv2.ConfigurationSetEventDestination("MailReturns", {
    configurationSetName: set.configurationSetName,
    eventDestinationName: "returns",
    eventDestination: {
      enabled: true,
      matchingEventTypes: ["BOUNCE", "COMPLAINT"],
      eventBridgeDestination: { eventBusArn: account.arn("events", "event-bus/default") },
    },
  });
  if (settings.ownsMailIdentity) createIdentity(settings.mailIdentity);
  // In SES's sandbox the recipient's identity is checked as well, and developers' stages live there.
  const identity = settings.production ? settings.mailIdentity : "*";
  return {
    configurationSet: set.configurationSetName,
    /** What SES asks permission for when a mail is sent. */
    resources: [account.arn("ses", `identity/${identity}`), set.arn],
    address: addressOf(settings.mailFrom),
  };
}

/**
 * The address or domain, verified with SES. An account has it once in a region, so one stage makes it and the
 * others send by it. A domain is proven by its DKIM records; `_dmarc` is left alone, for most domains have
 * one.
 */
function createIdentity(name: string): void {
  const identity = new aws.sesv2.EmailIdentity("MailIdentity", { emailIdentity: name });
  if (name.includes("@")) return;
  const dns = sst.aws.dns();
  identity.dkimSigningAttributes.tokens.apply((tokens) => {
    for (const token of tokens) {
      dns.createRecord(
        "Mail",
        { type: "CNAME", name: `${token}._domainkey.${name}`, value: `${token}.dkim.amazonses.com` },
        {},
      );
    }
  });
}
