// What SES has on the laptop: the services' senders, verified, and the configuration set of their mails.
import type { SesAccount } from "@order-saga/emulator";
import { services } from "@order-saga/services";

export const CONFIGURATION_SET = "mail";

export const mailAccount: SesAccount = {
  verified: services.map(({ settings }) => settings.MAIL_FROM ?? "").filter((each) => each !== ""),
  configurationSets: [CONFIGURATION_SET],
  tellsReturns: true,
};
