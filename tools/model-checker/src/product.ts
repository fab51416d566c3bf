// The one product that is ordered.

export const product = { sku: "TEA", name: "Tea", unitPrice: 990, currency: "EUR" };
