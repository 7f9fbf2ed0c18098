import { ACCOUNT, REGION } from "./context.ts";
import { believesTokens } from "./probe-tokens.ts";
import type { Prober } from "./probes.ts";
import {
  checksWhole,
  createsStack,
  importsBoto3,
  isBatched,
  isTimedOut,
  redrives,
  startsAgain,
} from "./probes.ts";

/** Something that AWS has and the emulator lacks. */
export interface Gap {
  /** What is missing, and what follows for the rehearsal. */
  readonly reason: string;
  /** @returns whether the emulator has it by now */
  readonly hasClosed: (prober: Prober) => Promise<boolean>;
}

/** MiniStack 1.5.33. A gap that has closed is told as a warning: then its entry here goes. */
export const GAPS = {
  schemaRegistry: {
    reason: "no AWS::EventSchemas: the rehearsal deploys with schemaRegistry=false",
    hasClosed: createsStack({
      Type: "AWS::EventSchemas::Registry",
      Properties: { RegistryName: "probe" },
    }),
  },
  eventArchive: {
    reason: "no AWS::Events::Archive: the rehearsal deploys with eventArchive=false",
    hasClosed: createsStack({
      Type: "AWS::Events::Archive",
      Properties: {
        SourceArn: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`,
      },
    }),
  },
  metricMath: {
    reason: "no alarms on expressions: each alarm is deployed on the first of its metrics",
    hasClosed: createsStack({
      Type: "AWS::CloudWatch::Alarm",
      Properties: {
        ComparisonOperator: "GreaterThanThreshold",
        EvaluationPeriods: 1,
        Threshold: 1,
        Metrics: [
          { Id: "filled", Expression: "FILL(sum, 0)", ReturnData: true },
          {
            Id: "sum",
            ReturnData: false,
            MetricStat: { Metric: { MetricName: "M", Namespace: "N" }, Period: 60, Stat: "Sum" },
          },
        ],
      },
    }),
  },
  pythonSdk: {
    reason:
      "functions in Python have no boto3: the hosted console's files are not laid in its bucket",
    hasClosed: importsBoto3,
  },
  wholeChecksum: {
    reason:
      "a multipart upload with the checksum of the whole object is refused: none but small videos are archived",
    hasClosed: checksWhole,
  },
  signedTokens: {
    reason:
      "an HTTP API believes no token, for want of the package that checks signatures: nobody gets " +
      "past the authorizer of the hosted console",
    hasClosed: believesTokens,
  },
  callbackTimeout: {
    reason: "TimeoutSecondsPath of a callback is ignored: a wait ends by its webhook alone",
    hasClosed: isTimedOut,
  },
  repeatedStart: {
    reason: "StartExecution with the name and input of a running execution is refused",
    hasClosed: startsAgain,
  },
  redrive: {
    reason: "no RedriveExecution",
    hasClosed: redrives,
  },
  itemBatcher: {
    reason:
      "a distributed map ignores ItemBatcher: the functions of an import are called one by one",
    hasClosed: isBatched,
  },
} as const satisfies Record<string, Gap>;

/** The name of a gap. */
export type GapId = keyof typeof GAPS;
