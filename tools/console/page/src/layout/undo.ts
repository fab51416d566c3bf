// Which events undo which others.

/** The latest thing undone first. An event that undoes nothing is not here. */
const undone: Readonly<Record<string, readonly string[]>> = {
  StockReleased: ["StockCommitted", "StockReserved"],
  PaymentVoided: ["PaymentAuthorized"],
  PaymentRefunded: ["PaymentCaptured"],
  RefundMade: ["PaymentCaptured"],
};

export const undoneBy = (type: string): readonly string[] => undone[type] ?? [];

export const isUndoing = (type: string): boolean => type in undone;
