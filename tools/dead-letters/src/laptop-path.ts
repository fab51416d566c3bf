// Where the laptop serves its dead letters.
export const LAPTOP_PATH = "/__local/console/dead-letters";
