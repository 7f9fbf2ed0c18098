import { parseJson } from "#domain/text/parse-json.ts";
import { type Exchange, hangUp, keepWaiting, reply, replyJson } from "./exchange.ts";
import { type Fault, page, SOURCE } from "./source-faults.ts";

/** An AWS service refuses, in the words of its protocol. */
function awsError(status: number, code: string): Fault {
  return (exchange) =>
    exchange.operation.startsWith("s3:")
      ? reply(exchange, {
          status,
          headers: { "content-type": "application/xml" },
          body: Buffer.from(`<Error><Code>${code}</Code><Message>chaos</Message></Error>`),
        })
      : replyJson(exchange, status, { __type: code, message: "chaos" });
}

const THROTTLING: Readonly<Record<string, string>> = {
  dynamodb: "ProvisionedThroughputExceededException",
  s3: "SlowDown",
};

/** Faults of a request to AWS. */
const AWS = {
  "aws-throttled": (exchange) => {
    const [service = ""] = exchange.operation.split(":");
    const code = THROTTLING[service] ?? "ThrottlingException";
    return awsError(service === "s3" ? 503 : 400, code)(exchange);
  },
  "aws-error": awsError(500, "InternalServerError"),
  "aws-reset": hangUp,
  /** It took effect, and the caller is told that it did not. */
  "aws-error-after-effect": async (exchange) => {
    await exchange.take();
    awsError(500, "InternalServerError")(exchange);
  },
  /** It took effect, and the caller hears nothing. */
  "aws-reset-after-effect": async (exchange) => {
    await exchange.take();
    hangUp(exchange);
  },
  "lambda-crash-before-effect": (exchange) => lose(exchange, "Runtime.ExitError"),
  "lambda-crash-after-effect": async (exchange) => {
    await exchange.take();
    lose(exchange, "Runtime.ExitError");
  },
  "lambda-timeout-after-effect": async (exchange) => {
    await exchange.take();
    lose(exchange, "Sandbox.Timedout");
  },
} satisfies Record<string, Fault>;

function lose(exchange: Exchange, loss: "Runtime.ExitError" | "Sandbox.Timedout"): void {
  if (exchange.invocation !== undefined) exchange.invocation.lost = loss;
  hangUp(exchange);
}

/** PutEvents answers success for a call of which it took nothing. */
const EVENTS = {
  "events-not-taken": (exchange) =>
    replyJson(exchange, 200, {
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: "InternalFailure", ErrorMessage: "chaos" }],
    }),
} satisfies Record<string, Fault>;

function code(value: number): Fault {
  return (exchange) => replyJson(exchange, 200, { code: value, msg: "chaos" });
}

type Data = Record<string, unknown>;

/** AKOOL's ordinary answer, bent. */
function bent(bend: (data: Data, exchange: Exchange) => Data): Fault {
  return async (exchange) => {
    const { status, headers, body } = await exchange.take();
    const envelope = parseJson(body.toString()) as { data?: Data } | undefined;
    // The simulator failed itself: an HTTP 500 like any other.
    if (envelope === undefined) return reply(exchange, { status, headers, body });
    const data = envelope.data && bend(withSignature(envelope.data), exchange);
    reply(exchange, { status, headers, body: Buffer.from(JSON.stringify({ ...envelope, data })) });
  };
}

/** What no event and no line of a log may tell. */
export const SIGNATURE = "Signature-of-the-address";

function withSignature(data: Data): Data {
  const { video, audio_splits: splits } = data;
  return {
    ...data,
    ...(typeof video === "string" && video !== "" ? { video: signedAddress(video) } : {}),
    ...(typeof splits === "object" && splits !== null
      ? { audio_splits: mapValues(splits, signedAddress) }
      : {}),
  };
}

const signedAddress = (address: unknown) => `${address}?Signature=${SIGNATURE}`;

function mapValues(of: object, change: (value: unknown) => unknown): Data {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]));
}

/** AKOOL's ordinary answer. */
export const signed = bent((data) => data);

const DAY_MS = 86_400_000;

/** Faults of a poll of AKOOL. */
const POLL = {
  "akool-throttled": code(1005),
  "akool-busy": code(2001),
  "akool-try-later": code(1201),
  "akool-unknown-code": code(4242),
  "akool-unpaid": code(1104),
  "akool-not-found": code(1008),
  "akool-http-500": page(500),
  "akool-http-429": page(429),
  "akool-http-401": page(401),
  "akool-html": page(200),
  "akool-empty": (exchange) => reply(exchange, { status: 200 }),
  "akool-reset": hangUp,
  "akool-silent": keepWaiting,
  "akool-truncated": async (exchange) => {
    const { status, headers, body } = await exchange.take();
    const { "content-length": _length, ...rest } = headers;
    reply(exchange, { status, headers: rest, body: body.subarray(0, body.length / 2) });
  },
  "akool-no-data": bent(() => ({})),
  "akool-unknown-status": bent((data) => ({ ...data, video_status: 9 })),
  "akool-backward": bent((data) => ({ ...data, video_status: 1, video: undefined })),
  "akool-flapping": bent((data) => ({ ...data, video_status: 2 })),
  "akool-video-vanished": bent(({ video: _video, ...data }) => ({ ...data, video_status: 3 })),
  "akool-video-empty": bent((data) => ({ ...data, video_status: 3, video: "" })),
  "akool-other-video": bent((data) => ({ ...data, _id: "0123456789abcdef01234567" })),
  "akool-changed-url": bent((data, { now }) =>
    typeof data.video === "string" ? { ...data, video: `${data.video}&fresh=${now()}` } : data,
  ),
  "akool-clock-ahead": bent((data, { now }) => ({ ...data, create_time: now() + 20 * DAY_MS })),
  "akool-clock-behind": bent((data) => ({ ...data, create_time: 1_000_000 })),
} satisfies Record<string, Fault>;

/** Faults of the billable call. */
const CREATE = {
  "create-throttled": code(1005),
  "create-unpaid": code(1104),
  "create-refused": code(1003),
  "create-html": page(502),
  "create-reset": hangUp,
  "create-silent": keepWaiting,
  "create-busy-after-effect": async (exchange) => {
    await exchange.take();
    await code(2001)(exchange);
  },
  "create-reset-after-effect": async (exchange) => {
    await exchange.take();
    hangUp(exchange);
  },
  "create-silent-after-effect": async (exchange) => {
    await exchange.take();
    await keepWaiting(exchange);
  },
} satisfies Record<string, Fault>;

const ALL = { ...AWS, ...EVENTS, ...POLL, ...CREATE, ...SOURCE };

/** What somebody else does in the very moment of a request. */
const INTRUSIONS = {
  "cancelled-just-then": "cancel",
  "stopped-just-then": "abort",
  "submitted-just-then": "submit",
  "called-back-just-then": "webhook-3",
} as const;

type IntrusionName = keyof typeof INTRUSIONS;
export type FaultName = keyof typeof ALL | IntrusionName;

export function isIntrusion(name: FaultName): name is IntrusionName {
  return name in INTRUSIONS;
}

/** The action that an intrusion consists of. */
export function intrusionOf(name: IntrusionName) {
  return INTRUSIONS[name];
}

export function applyFault(name: keyof typeof ALL, exchange: Exchange): Promise<void> | void {
  return ALL[name](exchange);
}

function names<T extends object>(group: T): readonly (keyof T)[] {
  return Object.keys(group) as (keyof T)[];
}

/** Every fault of a request itself, by name. */
export const FAULT_NAMES = names(ALL);

export const INTRUSION_NAMES = names(INTRUSIONS);

/** Which faults an operation can have. */
export const FAULTS_OF: Readonly<Record<string, readonly FaultName[]>> = {
  "akool:poll": [...names(POLL), ...names(INTRUSIONS)],
  "akool:create": names(CREATE),
  "akool:source": [...names(SOURCE), ...names(INTRUSIONS)],
  "akool:companion": [...names(SOURCE), ...names(INTRUSIONS)],
  ...Object.fromEntries(
    [
      "dynamodb:GetItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:Query",
      "s3:ListMultipartUploads",
      "s3:CreateMultipartUpload",
      "s3:UploadPart",
      "s3:CompleteMultipartUpload",
      "s3:AbortMultipartUpload",
      "s3:ListParts",
      "s3:GetObject",
      "s3:PutObject",
      "s3:HeadObject",
      "s3:DeleteObject",
      "secrets:GetSecretValue",
      "states:StartExecution",
      "states:DescribeExecution",
      "states:StopExecution",
      "states:RedriveExecution",
      "states:SendTaskSuccess",
    ].map((operation) => [operation, [...names(AWS), ...names(INTRUSIONS)]]),
  ),
  "events:PutEvents": [...names(AWS), ...names(EVENTS)],
};
