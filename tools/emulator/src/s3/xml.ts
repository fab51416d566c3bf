// The little XML that S3 speaks: elements with text or elements in them, without attributes.
import { S3Error } from "./errors.ts";

export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** A text, elements by name, or several elements of one name. */
export type Xml = string | number | boolean | XmlFields | readonly Xml[];
export type XmlFields = { readonly [name: string]: Xml | undefined };

/** As a document of S3's namespace. */
export const document = (name: string, content: Xml) => XML_HEAD + element(name, content, NAMESPACE);

export function element(name: string, content: Xml | undefined, attributes = ""): string {
  if (content === undefined) return "";
  if (Array.isArray(content)) return content.map((each) => element(name, each)).join("");
  const inside =
    typeof content === "object"
      ? Object.entries(content as XmlFields)
          .map(([inner, each]) => element(inner, each))
          .join("")
      : escaped(String(content));
  return `<${name}${attributes}>${inside}</${name}>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
};
const escaped = (text: string) => text.replace(/[&<>"\r]/g, (each) => entities[each] ?? each);

export type Read = { readonly name: string; readonly children: readonly Read[]; readonly text: string };

const token = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([\w:.-]+)[^<>]*?(\/?)>|([^<]+)/y;

type Open = { name: string; children: Read[]; text: string };

/** Throws MalformedXML. */
export function readXml(text: string): Read {
  const root: Open = { name: "", children: [], text: "" };
  const open = [root];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const [whole, end, name, empty, inner] = token.exec(text) ?? [];
    const top = open.at(-1);
    if (whole === undefined || !top) throw new S3Error("MalformedXML");
    if (inner !== undefined) top.text += unescaped(inner);
    else if (name !== undefined && !end) {
      const child: Open = { name, children: [], text: "" };
      top.children.push(child);
      if (!empty) open.push(child);
    } else if (name !== undefined && open.pop()?.name !== name) throw new S3Error("MalformedXML");
  }
  const [document, ...others] = root.children;
  if (open.length !== 1 || !document || others.length > 0) throw new S3Error("MalformedXML");
  return document;
}

const characters: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const unescaped = (text: string) =>
  text.replace(/&(?:#(\d+)|(\w+));/g, (_, number, name) =>
    number === undefined ? (characters[name] ?? "") : characterOf(Number(number)),
  );

/** Throws MalformedXML for a number that is no character's. */
function characterOf(number: number): string {
  if (number > 0x10_ffff) throw new S3Error("MalformedXML");
  return String.fromCodePoint(number);
}
