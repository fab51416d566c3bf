// A webhook on its way, as it is kept.

export type WebhookFault = {
  /**
   * Never sent; sent twice; sent late; sent after a wait of random length; or sent beside two forgeries, one
   * with a wrong signature and one whose signature is too old.
   */
  mode: "lost" | "doubled" | "late" | "reordered" | "forged";
  milliseconds?: number;
};

export type WebhookAttempt = { at: number; status: number | undefined };

export type DeliveryRecord = {
  id: string;
  event: string;
  type: string;
  intent: string;
  /** What was asked to go wrong with it. */
  fault?: WebhookFault["mode"];
  /** How its signature is wrong, on purpose. */
  forgery?: "signature" | "age";
  attempts: WebhookAttempt[];
  /** Milliseconds; absent once it was taken, or given up. */
  dueAt?: number;
};
