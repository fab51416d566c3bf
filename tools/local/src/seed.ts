// The tea shop's catalogue and first stock, put in through the public API, once however often it runs.
import { allScopes, type Issuer } from "./tokens/index.ts";

export const products = [
  { sku: "TEA-EARL-GREY", name: "Earl Grey", unitPrice: 990, stock: 1000 },
  { sku: "TEA-ASSAM", name: "Assam", unitPrice: 850, stock: 1000 },
  { sku: "TEA-SENCHA", name: "Sencha", unitPrice: 1250, stock: 500 },
  { sku: "TEA-DARJEELING", name: "Darjeeling First Flush", unitPrice: 1890, stock: 100 },
  { sku: "TEA-LAPSANG", name: "Lapsang Souchong", unitPrice: 1120, stock: 200 },
  { sku: "POT-CAST-IRON", name: "Cast-iron teapot", unitPrice: 6900, stock: 20 },
  { sku: "CUP-PORCELAIN", name: "Porcelain cup", unitPrice: 1400, stock: 3 },
  { sku: "TEA-GYOKURO", name: "Gyokuro (sold out)", unitPrice: 3200, stock: 0 },
] as const;

export const SEED_CURRENCY = "EUR";

export async function seedShop(baseUrl: string, issuer: Issuer): Promise<void> {
  const token = await issuer.sign({ sub: "seed", scope: allScopes, expiresInSeconds: 60 });
  await Promise.all(
    products.map(async ({ sku, name, unitPrice, stock }) => {
      const product = `${baseUrl}/products/${sku}`;
      // What is there already may have been changed by hand, and stays.
      const there = await fetch(product);
      await there.arrayBuffer();
      if (there.status === 404) await put(product, token, { name, unitPrice, currency: SEED_CURRENCY }, {});
      // The same key again is the same adjustment, so a restart adds nothing.
      await put(
        `${baseUrl}/stock/${sku}`,
        token,
        { delta: stock },
        { "idempotency-key": `first-stock-of-${sku}` },
      );
    }),
  );
}

/** A stock feed that an earlier process left half imported may keep its SKUs busy from the first moment. */
const ATTEMPTS = 40;
const PAUSE_MILLISECONDS = 250;

/** Asks again while the shop says that it is busy: the same request is safe to repeat. */
async function put(url: string, token: string, body: object, headers: Record<string, string>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(url, {
      method: "PUT",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
    if (answer.ok) return;
    if (answer.status !== 503 || attempt === ATTEMPTS)
      throw new Error(`Seeding failed: PUT ${new URL(url).pathname} answered ${answer.status}.`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
  }
}
