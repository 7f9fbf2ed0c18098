import { BENCH_BUCKET } from "./copy-function.ts";

/** The arguments of every contender. */
export interface Race {
  url: string;
  bytes: number;
  key: string;
  /** Of the S3 emulator. */
  endpoint: string;
  /** The bundle of `contender.ts`. */
  bundle: string;
}

export interface Contender {
  name: string;
  /** Programs that must be installed, with the Debian package of each. */
  needs: Readonly<Record<string, string>>;
  command(race: Race): readonly [string, ...string[]];
  /**
   * A contender of ours measures itself, without its start; another program is measured as a whole.
   */
  ours: boolean;
  /** Whether it stores the video: the raw ones only move the bytes. */
  stores: boolean;
  /** How many copies a process makes, of which the last is measured; default: one. */
  copies?: number;
  /** Larger videos are not copied by it; default: no limit. */
  largestBytes?: number;
}

/** Up to this size a video is stored with one request. */
export const SMALL_BYTES = 16 * 1024 * 1024;

const ours = (name: string, stores: boolean): Contender => ({
  name,
  needs: {},
  command: ({ bundle, url, bytes, key }) => [
    process.execPath,
    bundle,
    name,
    url,
    String(bytes),
    key,
  ],
  ours: true,
  stores,
});

/** The same for the second copy of a process: whether its code has run before tells with small videos. */
const oursAgain = (name: string): Contender => {
  const first = ours(name, true);
  return {
    ...first,
    name: nextCopy(name),
    command: (race) => [...first.command(race), "next"],
    copies: 2,
    largestBytes: SMALL_BYTES,
  };
};

/** The name of {@link oursAgain}. */
export const nextCopy = (name: string): string => `${name}, next copy`;

export const ARCHIVER = "archiver";
export const LIB_STORAGE = "lib-storage";
export const RCLONE = "rclone copyurl";

export const CONTENDERS: readonly Contender[] = [
  ours(ARCHIVER, true),
  ours(LIB_STORAGE, true),
  oursAgain(ARCHIVER),
  oursAgain(LIB_STORAGE),
  {
    name: RCLONE,
    needs: { rclone: "rclone" },
    command: ({ url, key }) => ["rclone", "copyurl", url, `sink:${BENCH_BUCKET}/${key}`],
    ours: false,
    stores: true,
  },
  {
    name: "curl | aws s3 cp -",
    needs: { curl: "curl", aws: "awscli" },
    command: ({ url, bytes, key, endpoint }) => [
      "bash",
      "-c",
      `set -o pipefail; curl -sS "$0" | aws s3 cp - "$1" --expected-size ${bytes} --endpoint-url ${endpoint} --only-show-errors`,
      url,
      `s3://${BENCH_BUCKET}/${key}`,
    ],
    ours: false,
    stores: true,
  },
  ours("raw relay", false),
  ours("raw download", false),
];

/** A contender's whole environment; proxy settings of this machine must not reach it. */
export function contenderEnvironment({ endpoint }: Race): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_EC2_METADATA_DISABLED: "true",
    RCLONE_CONFIG: "/dev/null",
    RCLONE_CONFIG_SINK_TYPE: "s3",
    RCLONE_CONFIG_SINK_PROVIDER: "Other",
    RCLONE_CONFIG_SINK_ENDPOINT: endpoint,
    RCLONE_CONFIG_SINK_ENV_AUTH: "true",
    RCLONE_S3_NO_CHECK_BUCKET: "true",
  };
}
