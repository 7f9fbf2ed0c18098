import { App } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { ConfigurationError, configFromContext } from "#lib/config.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

type Settings = Readonly<Record<string, unknown>>;

const read = (archiver: Settings) => configFromContext(new App({ context: { archiver } }).node);

function refusalOf(archiver: Settings): string {
  try {
    read(archiver);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

const move = (storageClass: string, afterDays: unknown) => ({ storageClass, afterDays });

/** The rules of the bucket that has videos: the other one has several. */
function rulesOf(archiver: Settings) {
  const buckets = Object.entries(synthesizeTemplate({ archiver }).findResources("AWS::S3::Bucket"));
  const videos = buckets.find(([id]) => id.startsWith("Videos"))?.[1];
  return videos?.Properties.LifecycleConfiguration.Rules;
}

const ALWAYS = {
  Status: "Enabled",
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  NoncurrentVersionExpiration: { NoncurrentDays: 30 },
};

describe("tags for objects", () => {
  it.each([
    [
      ["team", "Cost Center", "_x"],
      ["team", "Cost Center", "_x"],
    ],
    [[], []],
    ["team,project", ["team", "project"]],
    ["", []],
  ])("%j are read as %j", (videoObjectTags, read_) => {
    expect(read({ videoObjectTags }).videoObjectTags).toEqual(read_);
  });

  it.each([
    [["team", "team"]],
    [["a:b"]],
    [["aws:cost"]],
    [[""]],
    [["x".repeat(129)]],
    [[7]],
    [Array.from({ length: 11 }, (_, number) => `tag-${number}`)],
    [{ team: true }],
    ["team,<b>"],
  ])("%j are refused, with what S3 takes", (videoObjectTags) => {
    expect(refusalOf({ videoObjectTags })).toBe(
      `archiver.videoObjectTags is ${JSON.stringify(videoObjectTags)}: it must be at most 10 ` +
        "different names of tags, each of up to 128 letters, digits, blanks or any of _.=/+@-, " +
        "because S3 takes no more tags of an object, and no other characters in their names. " +
        'Set it in cdk.json under "archiver", or with -c archiver.videoObjectTags=team,project.',
    );
  });
});

describe("the class that videos are stored in", () => {
  it.each(["STANDARD", "INTELLIGENT_TIERING", "STANDARD_IA", "ONEZONE_IA", "GLACIER_IR"])(
    "may be %s",
    (archiveStorageClass) => {
      expect(read({ archiveStorageClass }).archiveStorageClass).toBe(archiveStorageClass);
    },
  );

  it.each(["GLACIER", "DEEP_ARCHIVE", "standard", "", 1])(
    "may not be %j: what was archived can be read at once",
    (archiveStorageClass) => {
      expect(refusalOf({ archiveStorageClass })).toMatch(
        /must be one of STANDARD, .*, GLACIER_IR, because what was archived can be read at once; /,
      );
    },
  );
});

describe("moves to colder classes", () => {
  it.each([
    [[]],
    [[move("STANDARD_IA", 30), move("GLACIER_IR", 60), move("DEEP_ARCHIVE", 365)]],
    [[move("INTELLIGENT_TIERING", 1)]],
    [[move("GLACIER", 1), move("DEEP_ARCHIVE", 31)]],
    [[move("STANDARD_IA", 36_500)]],
  ])("%j are taken", (videoTransitions) => {
    expect(read({ videoTransitions }).videoTransitions).toEqual(videoTransitions);
  });

  it("are read from the command line as JSON", () => {
    const context = {
      "archiver.videoTransitions": '[{"storageClass":"GLACIER","afterDays":"90"}]',
    };

    expect(configFromContext(new App({ context }).node).videoTransitions).toEqual([
      move("GLACIER", 90),
    ]);
  });

  it.each([
    [[move("STANDARD", 30)]],
    [[move("STANDARD_IA", 0)]],
    [[move("GLACIER", 1.5)]],
    [[move("GLACIER", 36_501)]],
    [[move("GLACIER", "soon")]],
    [[{ storageClass: "GLACIER" }]],
    [[{ ...move("GLACIER", 90), prefix: "a/" }]],
    [move("GLACIER", 90)],
    ["GLACIER:90"],
    [""],
  ])("%j are refused, with an example", (videoTransitions) => {
    expect(refusalOf({ videoTransitions })).toMatch(
      /^archiver\.videoTransitions is .*: it must be a list such as \[\{"storageClass": "GLACIER_IR", "afterDays": 90\}\], of S3's colder classes and whole numbers of days from 1 to 36500, because it becomes the lifecycle rules of the bucket\./,
    );
  });

  it.each<[Settings, string]>([
    [
      { videoTransitions: [move("STANDARD_IA", 29)] },
      "must move videos to STANDARD_IA after 30 days or more, because S3 takes no younger ones there",
    ],
    [
      { videoTransitions: [move("ONEZONE_IA", 1)] },
      "must move videos to ONEZONE_IA after 30 days or more, because S3 takes no younger ones there",
    ],
    [
      { videoTransitions: [move("GLACIER", 30), move("STANDARD_IA", 60)] },
      "must not move videos from GLACIER to STANDARD_IA, because S3 moves objects to colder classes only",
    ],
    [
      { videoTransitions: [move("GLACIER", 30), move("GLACIER", 60)] },
      "must not move videos from GLACIER to GLACIER, because",
    ],
    [
      { archiveStorageClass: "GLACIER_IR", videoTransitions: [move("STANDARD_IA", 30)] },
      "must not move videos from GLACIER_IR to STANDARD_IA, because",
    ],
    [
      { videoTransitions: [move("GLACIER_IR", 30), move("GLACIER", 59)] },
      "must have 30 days or more between two moves, because S3 charges for as long in each class",
    ],
    [
      { videoTransitions: [move("GLACIER", 60), move("DEEP_ARCHIVE", 30)] },
      "must have 30 days or more between two moves, because",
    ],
    [
      { videoTransitions: [move("GLACIER", 90)], videoRetentionDays: 90 },
      "must move videos before videoRetentionDays (90), because they are deleted then",
    ],
  ])("%j are refused, since S3 would", (settings, rule) => {
    expect(refusalOf(settings)).toContain(`: it ${rule}`);
  });

  it("may end a day before videos are deleted", () => {
    const settings = { videoTransitions: [move("GLACIER", 89)], videoRetentionDays: 90 };

    expect(read(settings)).toMatchObject(settings);
  });
});

describe("days after which videos are deleted", () => {
  it.each([1, 365, 36_500, "90"])("may be %j", (videoRetentionDays) => {
    expect(read({ videoRetentionDays }).videoRetentionDays).toBe(Number(videoRetentionDays));
  });

  it.each([0, -1, 1.5, 36_501, "", "never", null])("may not be %j", (videoRetentionDays) => {
    expect(refusalOf({ videoRetentionDays })).toContain(
      "it must be a whole number of days from 1 to 36500, because S3 deletes videos and sidecars",
    );
  });
});

describe("the video bucket's lifecycle rules", () => {
  it("move and delete nothing by default", () => {
    expect(rulesOf({})).toEqual([ALWAYS]);
  });

  it("say each move, and the end", () => {
    const videoTransitions = [move("STANDARD_IA", 30), move("DEEP_ARCHIVE", 180)];

    expect(rulesOf({ videoTransitions, videoRetentionDays: 3_650 })).toEqual([
      {
        ...ALWAYS,
        ExpirationInDays: 3_650,
        Transitions: [
          { StorageClass: "STANDARD_IA", TransitionInDays: 30 },
          { StorageClass: "DEEP_ARCHIVE", TransitionInDays: 180 },
        ],
      },
    ]);
  });
});
