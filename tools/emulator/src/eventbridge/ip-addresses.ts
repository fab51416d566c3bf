// IP addresses in patterns: `cidr` blocks, and single addresses in any notation.
// Source: EventBridge user guide, "IP address matching"; aws/event-ruler, CIDR.
import { isIPv6 } from "node:net";
import { invalidPattern } from "./errors.ts";

type Address = { bits: 32 | 128; value: bigint };

/** `10.0.0.0/24` or `2001:db8::/32`; event-ruler refuses a block of a single address. */
export function compileCidr(operand: unknown, where: string): (value: unknown) => boolean {
  const refuse = (why: string): never => {
    throw invalidPattern(where, why);
  };
  // event-ruler's own words for a cidr.
  if (typeof operand !== "string") return refuse("prefix match pattern must be a string");
  // As Java splits: what is empty at the end does not count.
  const [address = "", length = "", ...more] = operand.replace(/\/+$/, "").split("/");
  if (length === "" || more.length > 0) return refuse("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d+$/.test(length) || Math.abs(Number(length)) > 0x7fff_ffff) {
    return refuse("Malformed CIDR, mask bits must be an integer");
  }
  if (Number(length) < 0) return refuse("Malformed CIDR, mask bits must not be negative");
  const wanted = addressOf(address);
  if (!wanted) {
    const looksLikeOne = IPV4.test(address) || IPV6.test(address);
    return refuse(`${looksLikeOne ? "Invalid" : "Nonstandard"} IP address: ${address}`);
  }
  if (Number(length) >= wanted.bits) {
    return refuse(`IPv${wanted.bits === 32 ? 4 : 6} mask bits must be < ${wanted.bits}`);
  }
  const free = BigInt(wanted.bits - Number(length));
  const block = wanted.value >> free;
  return (value) => {
    const given = typeof value === "string" ? addressOf(value) : undefined;
    return given?.bits === wanted.bits && given.value >> free === block;
  };
}

/** The test of a single address; undefined if the text is none. */
export function compileAddress(text: string): ((value: unknown) => boolean) | undefined {
  const wanted = addressOf(text);
  if (!wanted) return undefined;
  return (value) => {
    const given = typeof value === "string" ? addressOf(value) : undefined;
    return given?.bits === wanted.bits && given.value === wanted.value;
  };
}

const IPV4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/;
const IPV6 = /^[\da-f:]*:[\da-f:]*$/i;
/** An IPv4 address written as IPv6, `::ffff:a00:1`, is the IPv4 address. */
const MAPPED = 0xffffn;

function addressOf(text: string): Address | undefined {
  const parts = IPV4.exec(text)?.slice(1).map(Number);
  if (parts) {
    if (parts.some((part) => part > 255)) return undefined;
    return { bits: 32, value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  }
  if (!IPV6.test(text) || !isIPv6(text)) return undefined;
  const [head = "", tail] = text.split("::");
  const groups = (half: string) => (half === "" ? [] : half.split(":"));
  const before = groups(head);
  const after = groups(tail ?? "");
  const between = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill("0");
  const value = [...before, ...between, ...after].reduce(
    (sum, group) => sum * 65_536n + BigInt(`0x${group}`),
    0n,
  );
  return value >> 32n === MAPPED ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value };
}
