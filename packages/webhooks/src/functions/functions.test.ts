// Each function is put together from its environment alone, and says which variable is missing.
import { functionsSuite, type LoadedFunction } from "@order-saga/messaging/functions.suite";
import { webhooks } from "../service.ts";

const load = (name: string): Promise<LoadedFunction> => import(/* @vite-ignore */ `./${name}.ts`);

functionsSuite({ service: webhooks, directory: import.meta.dirname, load });
