// An embedded cloud in a process of its own, for peers whose steps call what the laptop's order calls.
import { startAwsEndpoint } from "@order-saga/emulator";
import { mailAccount } from "@order-saga/local/mail-account";
import { provisionShop } from "./effects.ts";

const [, , directory] = process.argv;
const aws = await startAwsEndpoint({ port: 0, directory, ses: mailAccount });
await provisionShop(aws.url);
process.send?.({ port: aws.port });
process.on("disconnect", () => process.exit(0));
