// Why an order ended, as its customer is told: what to do next, and never a guess about the bank.
import type { EndReason } from "../../../../src/console-api.ts";

export const reasonWords: Readonly<Record<EndReason, string>> = {
  card_declined: "Your bank declined the card, and nothing was charged. Another card is a new order.",
  insufficient_funds:
    "The card has not enough money on it; nothing was charged. Another card is a new order.",
  authentication_failed:
    "Your bank could not confirm that it was you; nothing was charged. Try again, or take another card: that is a new order.",
  expired: "The order was not paid in time, and nothing was charged. Order again when you like.",
  out_of_stock: "Somebody else was faster: it is sold out. Nothing was charged.",
  shop_error:
    "Something went wrong at the shop, not with your card. Nothing was charged; we are looking into it.",
  cancelled: "You cancelled it.",
};
