// The identities that mail may come from, and the configuration sets: both are kept in the mails' file.
// Source: SES developer guide, "Verified identities" and "Configuration sets".
import type { DatabaseSync } from "node:sqlite";
import { addressIn, addressProblem, domainProblem } from "./addresses.ts";
import { invalidParameter, type Refused } from "./form.ts";

/** What the account has from the start. */
export type SesAccount = {
  /** Domains, addresses, or `Name <address>`. */
  readonly verified?: readonly string[] | undefined;
  readonly configurationSets?: readonly string[] | undefined;
  /** Then each of its sets tells bounces and complaints to the default bus, as an event destination does. */
  readonly tellsReturns?: boolean | undefined;
  /** Then a mail goes to verified identities and to the mailbox simulator alone. */
  readonly isSandbox?: boolean | undefined;
};

export type Identities = {
  /** Undefined once it is verified, which here is at once. */
  verify(identity: string): Refused | undefined;
  forget(identity: string): void;
  /** Of an address, a domain, or `Name <address>`. */
  isVerified(identity: string): boolean;
  /** As it was verified. */
  isKnown(identity: string): boolean;
  createSet(name: string): Refused | undefined;
  deleteSet(name: string): Refused | undefined;
  hasSet(name: string): boolean;
};

const SIMULATOR = /@simulator\.amazonses\.com$/i;

export function openIdentities(database: DatabaseSync, account: SesAccount): Identities {
  database.exec("CREATE TABLE IF NOT EXISTS account (kind TEXT, name TEXT, PRIMARY KEY (kind, name))");
  const add = database.prepare("INSERT OR IGNORE INTO account VALUES (?, ?)");
  const remove = database.prepare("DELETE FROM account WHERE kind = ? AND name = ?");
  const read = database.prepare("SELECT name FROM account WHERE kind = ?");
  const named = (kind: string) => new Set(read.all(kind).map(({ name }) => String(name)));
  const identities = named("identity");
  const sets = named("set");
  for (const each of account.verified ?? []) identities.add(canonical(addressIn(each)));
  for (const each of account.configurationSets ?? []) sets.add(each);

  return {
    verify(identity) {
      const problem = identity.includes("@") ? addressProblem(identity) : domainProblem(identity);
      if (problem !== undefined || identity.includes("<"))
        return invalidParameter(
          `Invalid ${identity.includes("@") ? "email address" : "domain name"}<${identity}>.`,
        );
      identities.add(canonical(identity));
      add.run("identity", canonical(identity));
      return undefined;
    },
    forget(identity) {
      identities.delete(canonical(identity));
      remove.run("identity", canonical(identity));
    },
    isVerified: (identity) =>
      SIMULATOR.test(addressIn(identity)) ||
      covering(addressIn(identity)).some((each) => identities.has(each)),
    isKnown: (identity) => identities.has(canonical(identity)),
    createSet(name) {
      if (!/^[\w-]{1,64}$/.test(name))
        return { code: "InvalidConfigurationSet", message: `Invalid configuration set name <${name}>.` };
      if (sets.has(name))
        return {
          code: "ConfigurationSetAlreadyExists",
          message: `Configuration set <${name}> already exists.`,
        };
      sets.add(name);
      add.run("set", name);
      return undefined;
    },
    deleteSet(name) {
      if (!sets.delete(name)) return noSet(name);
      remove.run("set", name);
      return undefined;
    },
    hasSet: (name) => sets.has(name),
  };
}

export const noSet = (name: string): Refused => ({
  code: "ConfigurationSetDoesNotExist",
  message: `Configuration set <${name}> does not exist.`,
});

/** The case of a domain does not count, that of a mailbox does. */
function canonical(identity: string): string {
  const at = identity.lastIndexOf("@") + 1;
  return identity.slice(0, at) + identity.slice(at).toLowerCase();
}

/** The identities that allow the address: itself, without its label, its domain and those above it. */
function covering(address: string): string[] {
  const own = canonical(address);
  const labels = own.slice(own.lastIndexOf("@") + 1).split(".");
  const domains = labels.map((_, index) => labels.slice(index).join("."));
  return [own, own.replace(/\+[^@]*@/, "@"), ...domains];
}
