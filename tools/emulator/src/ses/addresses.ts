// Reads the addresses of a mail, and says in SES's words why one cannot be mailed.
// Source: SES API reference, "SendEmail"; the words are those of jakarta.mail, which SES answers with.

/** `Name <address>`, or an address. */
export function addressIn(mailbox: string): string {
  return /<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox.trim();
}

/** Those of a header, apart from each other: a comma in quotes or brackets is part of one. */
export function mailboxesIn(header: string): string[] {
  const found = header.match(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^",<])+/g) ?? [];
  return found.map((each) => each.trim()).filter((each) => each !== "");
}

/** RFC 5321, 4.5.3.1. */
const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 255;

/** SES's reason to refuse the address; undefined if it may be mailed. */
export function addressProblem(mailbox: string): string | undefined {
  const address = addressIn(mailbox);
  if (address === "") return "Empty address";
  const at = address.lastIndexOf("@");
  if (at < 0 || at === address.length - 1) return "Missing final '@domain'";
  if (at === 0) return "Missing local name";
  return localProblem(address.slice(0, at)) ?? domainProblem(address.slice(at + 1));
}

function localProblem(local: string): string | undefined {
  if (local.length > LONGEST_LOCAL) return "Local address is too long";
  if (/^"(?:[^"\\\r\n]|\\[\x20-\x7e])*"$/.test(local)) return undefined;
  if (/[^\x21-\x7e]/.test(local)) return "Local address contains control or whitespace";
  if (/[()<>,;:\\"[\]@]/.test(local)) return "Local address contains illegal character";
  if (local.startsWith(".")) return "Local address starts with dot";
  if (local.endsWith(".")) return "Local address ends with dot";
  return local.includes("..") ? "Local address contains dot-dot" : undefined;
}

export function domainProblem(domain: string): string | undefined {
  if (domain.length > LONGEST_DOMAIN) return "Domain is too long";
  if (/[^\x21-\x7e]/.test(domain)) return "Domain contains control or whitespace";
  if (/[^\w.-]|_/.test(domain)) return "Domain contains illegal character";
  if (domain.startsWith(".")) return "Domain starts with dot";
  if (domain.endsWith(".")) return "Domain ends with dot";
  return domain.includes("..") ? "Domain contains dot-dot" : undefined;
}
