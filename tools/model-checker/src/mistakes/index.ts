// Every deliberate mistake.
import { bucketMistakes } from "./buckets.ts";
import { mailMistakes } from "./mails.ts";
import { messageMistakes } from "./messages.ts";
import type { Mistake } from "./mistake.ts";
import { moneyMistakes } from "./money.ts";
import { providerMistakes } from "./provider.ts";
import { stockMistakes } from "./stock.ts";

export const mistakes: readonly Mistake[] = [
  ...moneyMistakes,
  ...stockMistakes,
  ...bucketMistakes,
  ...messageMistakes,
  ...mailMistakes,
  ...providerMistakes,
];
