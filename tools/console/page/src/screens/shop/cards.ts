// The payment provider's own test methods that the laptop knows, by what they do.
export const cards: readonly { method: string; words: string }[] = [
  { method: "pm_card_visa", words: "Visa: is charged" },
  { method: "pm_card_visa_chargeDeclined", words: "Visa: declined" },
  { method: "pm_card_visa_chargeDeclinedInsufficientFunds", words: "Visa: insufficient funds" },
  { method: "pm_card_chargeDeclinedExpiredCard", words: "Card: expired" },
  { method: "pm_card_authenticationRequired", words: "Card: asks the customer, who does not answer" },
  { method: "pm_card_captureFails", words: "Card: authorised, but the capture is refused" },
];
