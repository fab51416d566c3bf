// Judges a production with these settings in a process of its own: FILE SETTINGS.
import { haveServicesOf } from "@order-saga/services/optional";

const [file = "", text = "{}"] = process.argv.slice(2);
const settings = JSON.parse(text) as Record<string, string>;
haveServicesOf(settings);
const { judge } = await import("../src/judge.ts");
process.exitCode = await judge("production", settings, file);
