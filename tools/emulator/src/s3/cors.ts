// Cross-origin requests: which origins a bucket answers.
// Source: S3 user guide, "How does Amazon S3 evaluate the CORS configuration on a bucket?".
import { S3Error } from "./errors.ts";
import type { Bucket, CorsRule } from "./storage.ts";
import type { Read, Xml } from "./xml.ts";

type Headers = Readonly<Record<string, string>>;

/** What a browser is told with an answer; nothing if no rule lets the origin. */
export function corsHeaders(bucket: Bucket | undefined, method: string, headers: Headers): Headers {
  const { origin } = headers;
  if (origin === undefined) return {};
  const rule = bucket?.cors.find(
    ({ methods, origins }) => methods.includes(method) && origins.some((each) => fits(each, origin)),
  );
  return rule ? allowed(rule, origin) : {};
}

/** Answers a preflight. Throws AccessDenied if no rule lets the request that it is about. */
export function preflight(bucket: Bucket | undefined, headers: Headers): Headers {
  const { origin = "" } = headers;
  const method = headers["access-control-request-method"] ?? "";
  const asked = (headers["access-control-request-headers"] ?? "").split(/\s*,\s*/).filter(Boolean);
  const rule = bucket?.cors.find(
    (each) =>
      each.methods.includes(method) &&
      each.origins.some((one) => fits(one, origin)) &&
      asked.every((name) => each.headers.some((one) => fits(one.toLowerCase(), name.toLowerCase()))),
  );
  if (!rule) {
    throw new S3Error(
      "AccessDenied",
      "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    );
  }
  return {
    ...allowed(rule, origin),
    ...(asked.length > 0 && { "access-control-allow-headers": asked.join(", ") }),
    ...(rule.maxAgeSeconds !== undefined && { "access-control-max-age": String(rule.maxAgeSeconds) }),
  };
}

function allowed({ exposed, methods }: CorsRule, origin: string): Headers {
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": methods.join(", "),
    ...(exposed.length > 0 && { "access-control-expose-headers": exposed.join(", ") }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

/** A pattern may have one `*`. */
function fits(pattern: string, text: string): boolean {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return pattern === text;
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}

/** Throws MalformedXML. */
export function readCors(configuration: Read): CorsRule[] {
  const rules = configuration.children.map(({ children, name }) => {
    const texts = (wanted: string) => children.filter((each) => each.name === wanted).map(({ text }) => text);
    const rule: CorsRule = {
      origins: texts("AllowedOrigin"),
      methods: texts("AllowedMethod"),
      headers: texts("AllowedHeader"),
      exposed: texts("ExposeHeader"),
      maxAgeSeconds: texts("MaxAgeSeconds").map(Number)[0],
    };
    const isValid =
      rule.origins.length > 0 && rule.methods.every((each) => /^(GET|PUT|HEAD|POST|DELETE)$/.test(each));
    if (name !== "CORSRule" || !isValid || rule.methods.length === 0) throw new S3Error("MalformedXML");
    return rule;
  });
  if (rules.length === 0) throw new S3Error("MalformedXML");
  return rules;
}

export const corsXml = ({ cors }: Bucket): Xml => ({
  CORSRule: cors.map(({ exposed, headers, maxAgeSeconds, methods, origins }) => ({
    AllowedOrigin: origins,
    AllowedMethod: methods,
    AllowedHeader: headers,
    ExposeHeader: exposed,
    MaxAgeSeconds: maxAgeSeconds,
  })),
});
