// A quick yes: tells of most values that their schema would accept them as they are, several times faster than zod parses.
import type * as z from "zod/mini";

export type Accepts = (value: unknown) => boolean;

/**
 * Reads a schema once. What comes back is true only for a value that `safeParse` would accept and change nothing in.
 * False says little: the value is wrong, or has a field that zod drops, or its schema is of a kind not known here. Then
 * zod judges, which has the words for a refusal as well.
 */
export function accepts(schema: z.core.$ZodType): Accepts {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const passes = passesChecks(schema);
  switch (def.type) {
    case "object":
      return acceptsObject(def.shape, passes);
    case "array": {
      const item = accepts(def.element);
      return (value) => Array.isArray(value) && passes(value) && value.every(item);
    }
    case "nullable": {
      const inner = accepts(def.innerType);
      return (value) => (value === null || inner(value)) && passes(value);
    }
    case "optional": {
      const inner = accepts(def.innerType);
      return (value) => inner(value) && passes(value);
    }
    case "literal":
    case "enum": {
      const values: ReadonlySet<unknown> = (schema as z.core.$ZodLiteral | z.core.$ZodEnum)._zod.values;
      return (value) => values.has(value) && passes(value);
    }
    case "string":
      return (value) => typeof value === "string" && passes(value);
    case "number":
      return (value) => Number.isFinite(value) && passes(value);
    case "boolean":
      return (value) => typeof value === "boolean" && passes(value);
    default:
      return () => false;
  }
}

/**
 * An object of these fields and no other; in any order, as JSON has none. The function is put together as text, as zod's
 * own parsers are, because one that names its fields reads them twice as fast as one that looks each of them up.
 */
function acceptsObject(shape: z.core.$ZodShape, passes: Accepts): Accepts {
  const names = Object.keys(shape);
  const fields = names.map((name, index) => ({
    field: `value[${JSON.stringify(name)}]`,
    isAccepted: `accepts${index}(value[${JSON.stringify(name)}])`,
    isOptional: (shape[name] as z.core.$ZodTypes)._zod.def.type === "optional",
  }));
  const conditions = fields.map(({ field, isAccepted, isOptional }) =>
    isOptional ? `(${field} === undefined || ${isAccepted})` : isAccepted,
  );
  const counts = fields.map(({ field, isOptional }) =>
    isOptional ? `(${field} === undefined ? 0 : 1)` : "1",
  );
  const hasNoOther = `Object.keys(value).length === ${["0", ...counts].join(" + ")}`;
  const all = ["isObject(value)", ...conditions, hasNoOther, "passes(value)"].join(" && ");
  const parameters = ["isObject", "passes", ...names.map((_, index) => `accepts${index}`)];
  const build = new Function(...parameters, `return (value) => ${all};`);
  return build(isObject, passes, ...names.map((name) => accepts(shape[name] as z.core.$ZodType)));
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** zod's own checks, of formats, bounds and lengths, without what zod does around each of them. */
function passesChecks(schema: z.core.$ZodType): Accepts {
  const { def, traits } = (schema as z.core.$ZodString)._zod;
  // A schema of a format, such as `z.uuid()`, is its own first check.
  const own = traits.has("$ZodCheck") ? [schema as unknown as z.core.$ZodCheck<unknown>] : [];
  const checks = [...own, ...((def.checks ?? []) as z.core.$ZodCheck<unknown>[])].map(
    ({ _zod }) => _zod.check,
  );
  // One for all values, since a check neither waits nor comes back to its own schema.
  const payload: z.core.ParsePayload = { value: undefined, issues: [] };
  return (value) => {
    payload.value = value;
    // A check that gives something back is asynchronous; one that trims changes the value.
    for (const check of checks) if (check(payload) !== undefined) return false;
    if (payload.issues.length === 0) return payload.value === value;
    payload.issues = [];
    return false;
  };
}
