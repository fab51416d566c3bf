// Times, durations and money in words. What an event carries may be anything: an odd value is shown as it is.
import { withCurrency } from "@order-saga/contracts/currencies";

/** Such as `420 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(given: number): string {
  if (!Number.isFinite(given)) return UNKNOWN;
  const milliseconds = Math.max(0, given);
  const whole = Math.round(milliseconds);
  if (whole < 1000) return `${whole} ms`;
  const tenths = Math.round(milliseconds / 100) / 10;
  if (tenths < 10) return `${tenths.toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const units: [number, string][] = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const first = units.findIndex(([size]) => seconds >= size);
  const [size = 1, unit = "s"] = units[first] ?? [];
  const [nextSize = 1, nextUnit = ""] = units[first + 1] ?? [];
  const count = Math.floor(seconds / size);
  const rest = Math.floor((seconds - count * size) / nextSize);
  return rest > 0 && nextUnit ? `${count} ${unit} ${rest} ${nextUnit}` : `${count} ${unit}`;
}

const UNKNOWN = "an unknown time";

const timeOfDay = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZone: "UTC",
});

/** Such as `15:28:03 UTC`: the one time zone of the console, its words and its logs. */
export function formatClock(at: string | number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? UNKNOWN : `${timeOfDay.format(date)} UTC`;
}

/** A time on an axis, counted from its beginning. */
export function formatOffset(milliseconds: number): string {
  if (milliseconds < 1000) return `+${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `+${Number((milliseconds / 1000).toFixed(3))} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = Number(((milliseconds % 60_000) / 1000).toFixed(2));
  return minutes < 60 ? `+${minutes} min ${seconds} s` : `+${formatDuration(milliseconds)}`;
}

/** Minor units as a number of their currency's unit, where a column says which. */
export const formatAmount = (amount: number, currency: string): string =>
  formatMoney(amount, currency).replace(/\D+$/, "");

/** Minor units in their currency; both as they are if no such currency or amount can exist. */
export const formatMoney = (amount: number, currency: string): string =>
  Number.isSafeInteger(amount) && /^[A-Z]{3}$/.test(currency)
    ? withCurrency(amount, currency).replace(" ", "\u00a0")
    : `${amount} ${currency} (no known currency or amount)`;
