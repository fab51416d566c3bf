// The functions' roles: each has an access key of its own, by which the endpoint knows who calls.
import type { Role } from "@order-saga/emulator";
import { functionsOf, type ServiceManifest } from "@order-saga/messaging";
import { grantsOf } from "@order-saga/messaging/grants";
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import { plainArns } from "@order-saga/messaging/plain-arns";
import { policyOf } from "@order-saga/messaging/role";
import { ACCOUNT_ID, REGION } from "./aws.ts";
import { BUS_NAME } from "./source-folders.ts";

/** Also the name of the role. */
export const accessKeyOf = (service: string, functionName: string) => `${service}-${functionName}`;

/** By access key, with the policy that the deployment gives the function's role. */
export function rolesOf(
  services: readonly ServiceManifest[],
  values: Readonly<Record<string, string>>,
): Map<string, Role> {
  return new Map(
    services.flatMap((service) =>
      functionsOf(service).map((manifest): [string, Role] => {
        const name = accessKeyOf(service.name, manifest.name);
        const names = {
          account: ACCOUNT_ID,
          region: REGION,
          keysTable: KEYS_TABLE,
          table: service.name,
          bus: BUS_NAME,
          bucket: service.bucket?.name ?? "",
          mailFrom: values.MAIL_FROM ?? service.settings.MAIL_FROM ?? "",
        };
        const policy = policyOf(grantsOf(service, manifest, plainArns(service, manifest, names)));
        return [name, { arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${name}/${name}`, policy }];
      }),
    ),
  );
}
