// The ports of personal data from a function's environment.
import { createDocumentClient } from "../dynamodb.ts";
import { type ExecutionEnvironment, requiredVariable } from "../execution-environment.ts";
import { type Contacts, createContacts } from "./contacts.ts";
import { createKeyStore } from "./dynamodb.ts";
import {
  createOpen,
  createSeal,
  createSealForKnown,
  type Open,
  type Seal,
  type SealForKnown,
} from "./personal-data.ts";
import { KEYS_TABLE_VARIABLE } from "./table.ts";

const keysOf = (env: ExecutionEnvironment) =>
  createKeyStore({
    client: env.client("dynamodb", createDocumentClient),
    tableName: requiredVariable(env, KEYS_TABLE_VARIABLE),
  });

export const sealIn = (env: ExecutionEnvironment): Seal => createSeal(keysOf(env), env.random);

export const sealForKnownIn = (env: ExecutionEnvironment): SealForKnown =>
  createSealForKnown(keysOf(env), env.random);

export const openIn = (env: ExecutionEnvironment): Open => createOpen(keysOf(env));

export const contactsIn = (env: ExecutionEnvironment): Contacts => createContacts(keysOf(env));
