// A small feed with good rows of the shop's products and two that are refused.

export function sampleFeed(skus: readonly string[]): Blob {
  const rows = skus.map((sku, index) => `${sku},${5 + index}`);
  return new Blob([["sku,delta", ...rows, "NO-SUCH-TEA,5", `${skus[0] ?? "TEA"},many`, ""].join("\n")], {
    type: "text/csv",
  });
}
