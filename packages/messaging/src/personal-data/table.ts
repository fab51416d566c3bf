// The table of the customers' keys: which functions use it how, and what is in it.

/**
 * Of a function: `seal` reads a key and makes it if there is none, `open` reads one that is there, `stop`
 * also marks in it an address that takes no mail.
 */
export type PersonalDataUse = "none" | "seal" | "open" | "stop";

/** What the table is called, beside the tables of the services. */
export const KEYS_TABLE = "keys";

export const KEYS_TABLE_VARIABLE = "KEYS_TABLE_NAME";

/** A customer's key, by `customerOf` their principal. */
export const keyRecord = (customer: string) => ({ pk: `CUSTOMER#${customer}`, sk: "KEY" });

export const keyPattern = "CUSTOMER#*";

/** In the item of a key: why no mail goes to the address with this mark. */
export const stopAttribute = (mark: string) => `stop_${mark}`;

/** What a mark is written by: a function that marks can change nothing else of a key. */
export const stopAttributes = ["pk", "sk", "id", stopAttribute("*")] as const;

/** When the customer was last forgotten; it stays. */
export const forgottenRecord = (customer: string) => ({ pk: `CUSTOMER#${customer}`, sk: "FORGOTTEN" });
