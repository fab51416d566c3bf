// Names: a resource is called in AWS as on the laptop, with app and stage before it.

/** Pulumi's name of a resource: `payment`, `authorize-payment` → `PaymentAuthorizePayment`. */
export function logicalName(...words: readonly string[]): string {
  return words
    .join("-")
    .split(/[-_]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}

/** AWS's name of a resource: `orders-track-order` is `order-saga-production-orders-track-order`. */
export function physicalName(name: string): string {
  return `${$app.name}-${$app.stage}-${name}`;
}
