// The payment provider's intent of an order, as it really is: how its money stands, refunds and disputes.

export type Intent = {
  /**
   * `asked`: the bank waits for the customer. `refused`: it has said no to the customer, who may try again.
   * `declined`: refused without asking the customer. `failed`: the capture was refused, and nothing is held.
   */
  status: "none" | "asked" | "refused" | "held" | "declined" | "voided" | "captured" | "failed";
  /** What the call that made it was answered; under the same key it is answered the same for ever. */
  first?: "asked" | "held" | "declined";
  /** What was taken, in minor units, and by whom. */
  taken?: number;
  by?: "us" | "another hand";
  refunds: readonly IntentRefund[];
  disputes: readonly IntentDispute[];
  /** True while a webhook about a refund or a dispute is lost that the daily run finds. */
  isUnheard?: boolean;
};

export type IntentRefund = {
  /** Ours by the id that we gave it, another hand's by the provider's own. */
  id: string;
  isOurs: boolean;
  amount: number;
  /** `returned`: made, and come back from the bank later. */
  status: "pending" | "succeeded" | "failed" | "returned";
  first: "pending" | "succeeded" | "failed";
};

export type IntentDispute = { id: string; amount: number; status: "opened" | "won" | "lost" };

export const noIntent: Intent = { status: "none", refunds: [], disputes: [] };

/** What was given back and stayed so, in minor units. */
export const givenBack = ({ refunds }: Intent): number =>
  sum(refunds.filter(({ status }) => status === "succeeded"));

/** What the provider lets one refund, in minor units. */
export const refundable = ({ refunds, taken = 0 }: Intent): number =>
  taken - sum(refunds.filter(({ status }) => status === "succeeded" || status === "pending"));

const sum = (refunds: readonly IntentRefund[]) => refunds.reduce((total, { amount }) => total + amount, 0);

export const clientSecret = "pi_1_secret_of_the_customer";
