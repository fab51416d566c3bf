// What a stage's resources are called in AWS, for tools that look for them by name.

/** The app's name in sst.config.ts, which stands before the stage in the name of everything. */
export const APP = "order-saga";

/** What is called `name` in a manifest: `stageName("ada", "users")` is `order-saga-ada-users`. */
export const stageName = (stage: string, name: string) => `${APP}-${stage}-${name}`;
