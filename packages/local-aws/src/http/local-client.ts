import { LOCAL_REGION } from "../template/local-names.ts";

/** For every SDK client of an emulator. Emulators accept any credentials, and never see real ones. */
export const LOCAL_CLIENT = {
  region: LOCAL_REGION,
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
};
