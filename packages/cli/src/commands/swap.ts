import type { CharacterSwapRequest, Submission } from "@akool-archiver/client";
import { buildCommand, buildRouteMap } from "@stricli/core";
import type { Context } from "../context.ts";
import { plainText, table } from "../output/format.ts";
import { UsageError } from "../output/usage-error.ts";
import { type CommonFlags, openSession } from "../target/session.ts";
import { confirmed } from "./ask.ts";
import { commonFlags, switchFlag, textFlag, yesFlag } from "./flags.ts";
import { checkId } from "./ids.ts";
import { readTags } from "./job-filter.ts";

type Resolution = NonNullable<CharacterSwapRequest["resolution"]>;
type Mode = NonNullable<CharacterSwapRequest["mode"]>;

interface CreateFlags extends CommonFlags {
  readonly image: string;
  readonly video: string;
  readonly key: string;
  readonly duration?: number | undefined;
  readonly resolution?: Resolution | undefined;
  readonly mode?: Mode | undefined;
  readonly prompt?: string | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly yes?: boolean | undefined;
  readonly wait?: boolean | undefined;
}

/** AKOOL's documented price: credits for each 5 seconds that have begun, and the longest video. */
const CREDITS: Readonly<Record<Resolution, number>> = { "480p": 5, "720p": 10, "1080p": 15 };
const CHARGED_SECONDS = 5;
const LONGEST_SECONDS = 120;

const key = textFlag("KEY", "the idempotency key: one of your own for each video that you want");
const required = { ...key, optional: false } as const;

const create = buildCommand<CreateFlags, [], Context>({
  docs: {
    brief: "create a character swap at AKOOL, which costs credits, and follow it",
    fullDescription:
      "Tells the estimate and asks first. The same --key with the same values is never charged twice.",
    customUsage: [
      {
        input: "--key order-4711 --image https://… --video https://… --duration 10",
        brief: "asks before money is spent",
      },
    ],
  },
  parameters: {
    flags: {
      ...commonFlags,
      image: { ...required, placeholder: "URL", brief: "the character" },
      video: { ...required, placeholder: "URL", brief: "the video to put it into" },
      key: required,
      duration: {
        kind: "parsed",
        parse: seconds,
        optional: true,
        placeholder: "SECONDS",
        brief: "of the video",
      },
      resolution: {
        kind: "enum",
        values: ["480p", "720p", "1080p"],
        optional: true,
        brief: "default 720p",
      },
      mode: {
        kind: "enum",
        values: ["animate", "replace"],
        optional: true,
        brief: "as AKOOL has it",
      },
      prompt: textFlag("TEXT", "what AKOOL is to mind"),
      tag: {
        ...textFlag("NAME=VALUE", "goes with the job into records and events"),
        variadic: true,
      },
      yes: yesFlag,
      wait: switchFlag("until the video is archived"),
    },
  },
  async func({
    image,
    video,
    key: idempotencyKey,
    duration,
    resolution,
    mode,
    prompt,
    tag,
    ...flags
  }) {
    const request: CharacterSwapRequest = {
      image,
      video,
      ...(duration !== undefined && { duration }),
      ...(resolution !== undefined && { resolution }),
      ...(mode !== undefined && { mode }),
      ...(prompt !== undefined && { prompt }),
      ...(tag !== undefined && { tags: readTags(tag) }),
    };
    const { archiver, print, signal } = await openSession(this, flags);
    if (!(await confirmed(this, `${estimate(request)} Create it?`, flags.yes))) {
      print.note("nothing was created");
      return;
    }
    const created = await archiver.createCharacterSwap(request, { idempotencyKey, signal });
    const id = created.job.videoModelId;
    print.result(
      created,
      print.quiet ? id : `${id}  ${created.job.status}  ${created.submission.state}`,
    );
    if (flags.wait !== true) return;
    const onChange = ({ status }: { status: string }) => print.note(`${id}  ${status}`);
    const archived = await archiver.waitUntilArchived(id, { signal, onChange });
    print.result(archived, `${id}  ${print.good(archived.status)}`);
  },
});

const positional = {
  kind: "tuple",
  parameters: [{ brief: "the idempotency key", parse: String, placeholder: "key" }],
} as const;

const show = buildCommand<CommonFlags, [key: string], Context>({
  docs: {
    brief: "what became of a creation",
    customUsage: [{ input: "order-4711", brief: "by its key" }],
  },
  parameters: { flags: commonFlags, positional },
  async func(flags, idempotencyKey) {
    const { archiver, print, signal } = await openSession(this, flags);
    const submission = await archiver.getCharacterSwap(idempotencyKey, { signal });
    print.result(submission, describe(submission));
  },
});

interface SettleFlags extends CommonFlags {
  readonly video?: string | undefined;
  readonly release?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

const settle = buildCommand<SettleFlags, [key: string], Context>({
  docs: {
    brief: "settle a creation whose outcome is not known",
    fullDescription:
      "Look for the video in your AKOOL account first, by its time, inputs and prompt.",
    customUsage: [
      { input: "order-4711 --video 689174694b4dbdd4ab3d28c9", brief: "it is there: follow it" },
      { input: "order-4711 --release", brief: "it is not there: the key is free again" },
    ],
  },
  parameters: {
    flags: {
      ...commonFlags,
      video: textFlag("ID", "the video's _id, as your AKOOL account shows it"),
      release: switchFlag("AKOOL has not made it"),
      yes: yesFlag,
    },
    positional,
  },
  async func({ video, release, yes, ...flags }, idempotencyKey) {
    if ((video === undefined) === (release !== true)) {
      throw new UsageError("give either --video ID (AKOOL has made it) or --release (it has not)");
    }
    if (video !== undefined) checkId(video);
    const { archiver, print, signal } = await openSession(this, flags);
    const warning =
      "If the video appears later, the next call under this key pays for a second one. Release it?";
    if (video === undefined && !(await confirmed(this, warning, yes))) {
      print.note("nothing was settled");
      return;
    }
    const settlement = video === undefined ? ({ release: true } as const) : { videoModelId: video };
    const answer = await archiver.settleCharacterSwap(idempotencyKey, settlement, { signal });
    const text =
      video === undefined ? `${idempotencyKey}  released` : `${video}  ${answer.job?.status ?? ""}`;
    print.result(answer, text);
  },
});

export const swap = buildRouteMap({
  routes: { create, show, settle },
  docs: { brief: "character swaps: create one, see what became of it, settle it" },
});

function estimate({ duration, resolution = "720p" }: CharacterSwapRequest): string {
  const pieces = Math.ceil((duration ?? LONGEST_SECONDS) / CHARGED_SECONDS);
  const credits = pieces * CREDITS[resolution];
  const known =
    duration === undefined
      ? `up to ${credits} (no --duration: that of the longest video)`
      : credits;
  return `AKOOL charges about ${known} credits at ${resolution}.`;
}

function describe(submission: Submission): string {
  const { idempotencyKey, state, estimatedCredits, createdAt, videoModelId, reason } = submission;
  const rows = [
    ["Key", idempotencyKey],
    ["State", state],
    ["Video", videoModelId ?? ""],
    ["Credits", `about ${estimatedCredits}`],
    ["Created", createdAt],
    ["Reason", reason ?? ""],
    [
      "Next",
      state === "submit_unknown"
        ? `akool-archiver swap settle ${idempotencyKey} --video <id>, or --release`
        : "",
    ],
  ];
  return table(rows.filter(([, value]) => value !== "").map((cells) => cells.map(plainText)));
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--duration wants seconds, not ${JSON.stringify(text)}`);
}
