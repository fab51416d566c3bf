// The currencies that can be charged, and what an amount means in each: in ISO 4217 and at the provider.

/** What the provider charges cards in; currencies-published.json names the sources and their dates. */
const CHARGED = [
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF",
  "CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF",
  "IDR ILS INR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT",
  "MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF",
  "SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV WST",
  "XAF XCD XCG XOF XPF YER ZAR ZMW",
];

/** Digits after the point by ISO 4217, where there are not two. Never ask `Intl`: its digits are customs. */
const DIGITS: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
  3: "BHD JOD KWD OMR TND",
};

/** Digits at the provider, where they are not ISO 4217's. */
const PROVIDER_DIGITS: Readonly<Record<number, string>> = { 0: "MGA", 2: "ISK UGX" };

/** The least that is charged, in ISO 4217's minor units, where the provider says more than its smallest. */
const MINIMUMS: Readonly<Record<number, string>> = {
  30: "GBP",
  50: "ARS AUD BRL CAD CHF COP EUR IDR ILS INR JPY KRW NZD PHP RUB SGD USD ZAR",
  200: "AED MYR PLN RON",
  250: "DKK",
  300: "NOK SEK",
  400: "HKD",
  1000: "MXN THB",
  1500: "CZK",
  17500: "HUF",
};

/** The number that a table has for a currency. */
function numberOf(table: Readonly<Record<number, string>>, currency: string): number | undefined {
  const found = Object.entries(table).find(([, currencies]) => currencies.split(" ").includes(currency));
  return found && Number(found[0]);
}

/** How many digits of an amount stand after the point, such as 2 for EUR, 0 for JPY. */
export const minorDigitsOf = (currency: string): number => numberOf(DIGITS, currency) ?? 2;

/** False for what is no currency, and for one that no card can be charged in. */
export const isCharged = (currency: string): boolean =>
  CHARGED.some((some) => some.split(" ").includes(currency));

/**
 * Amounts are charged in steps of so many minor units. The provider takes no thousandths, though it counts in
 * them, and no fraction of an ariary.
 */
export function stepOf(currency: string): number {
  const digits = minorDigitsOf(currency);
  return digits === 3 ? 10 : 10 ** Math.max(0, digits - providerDigitsOf(currency));
}

/**
 * The least amount that is charged, in minor units. Where the shop's own account is in another currency the
 * provider may ask for more: it then refuses the charge.
 */
export const minimumOf = (currency: string): number => numberOf(MINIMUMS, currency) ?? stepOf(currency);

/** Minor units as the provider counts them. Throws RangeError for an amount that it cannot be asked for. */
export function toProviderAmount(amount: number, currency: string): number {
  if (!Number.isSafeInteger(amount) || amount % stepOf(currency) !== 0)
    throw new RangeError(`${amount} minor units of ${currency} cannot be charged.`);
  return scaled(amount, providerDigitsOf(currency) - minorDigitsOf(currency));
}

/** Minor units of what the provider says. Throws RangeError for an amount that ISO 4217 has no number for. */
export function fromProviderAmount(amount: number, currency: string): number {
  const minor = scaled(amount, minorDigitsOf(currency) - providerDigitsOf(currency));
  if (!Number.isSafeInteger(minor))
    throw new RangeError(`The provider's ${amount} ${currency} is no whole number of minor units.`);
  return minor;
}

const providerDigitsOf = (currency: string) => numberOf(PROVIDER_DIGITS, currency) ?? minorDigitsOf(currency);

/** Divides by a power of ten, not by its inverse, which is no exact number. */
const scaled = (amount: number, digits: number) =>
  digits < 0 ? amount / 10 ** -digits : amount * 10 ** digits;

/** Minor units as a decimal number, without a float in between: 1980 is `19.80` of EUR, `1980` of JPY. */
export function decimalOf(amount: number, currency: string): string {
  const digits = minorDigitsOf(currency);
  const text = String(Math.abs(amount)).padStart(digits + 1, "0");
  const sign = amount < 0 ? "-" : "";
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Minor units as the API, the commands and the console write them: `19.80 EUR`, `1,500 JPY`. */
export const withCurrency = (amount: number, currency: string): string =>
  `${decimalOf(amount, currency).replace(/\B(?=(?:\d{3})+(?!\d))/g, ",")} ${currency}`;

/** Writes amounts of one currency in a locale's way. Making it takes long: keep it. */
export function moneyFormat(locale: string, currency: string): (amount: number) => string {
  const digits = minorDigitsOf(currency);
  const shown = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const format = new Intl.NumberFormat(locale, { style: "currency", currency, ...shown });
  return (amount) => format.format(decimalOf(amount, currency) as `${number}`);
}
