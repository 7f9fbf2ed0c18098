import { describe, expect, it } from "vitest";
import { readKeyTemplate } from "#domain/job/key-template.ts";

const LONG = "x".repeat(140);

describe("a template for keys", () => {
  it.each([
    "{videoModelId}",
    "videos/{videoModelId}",
    "{yyyy}/{mm}/{dd}/{type}/{tag.team}/{file_name}={videoModelId}",
    "team={tag.team name_2.x}/{file_name} ({tag.a}), {videoModelId}",
    "{file_name}/{videoModelId}",
    "{videoModelId}/{file_name}!{videoModelId}",
    "not-doubtful/{videoModelId}",
    "doubtful {videoModelId}",
    "doubtful-of {tag.team}/{videoModelId}",
    `${LONG}/${LONG}/${LONG}/{videoModelId}`,
  ])("is taken: %s", (text) => {
    expect(readKeyTemplate(text).problem).toBeUndefined();
  });

  it.each<[string, RegExp]>([
    ["", /^must hold \{videoModelId\}, because two videos would have one key otherwise$/],
    ["{yyyy}/{file_name}", /^must hold \{videoModelId\}, because/],
    ["/{videoModelId}", /^must not begin with \/, because/],
    ["a//{videoModelId}", /^must have something between two slashes and behind the last, because/],
    ["{videoModelId}/", /^must have something between two slashes and behind the last, because/],
    ["../{videoModelId}", /^must hold no dot but that of \{tag\.NAME\}, because/],
    ["./{videoModelId}", /^must hold no dot/],
    ["{videoModelId}.mp4", /^must hold no dot/],
    [
      "a\\{videoModelId}",
      /^must have only letters a to z, digits, blanks and _-=@\+,!'\(\) beside/,
    ],
    ["a\u0000/{videoModelId}", /^must have only letters/],
    ["café/{videoModelId}", /^must have only letters/],
    [
      "{videoId}={videoModelId}",
      /^must not hold \{videoId\}, because the placeholders are \{videoModelId\}, .* and \{tag\.NAME\}$/,
    ],
    ["{}={videoModelId}", /^must not hold \{\}, because/],
    ["{tag.}={videoModelId}", /^must not hold \{tag\.\}, because/],
    ["{tag.a:b}={videoModelId}", /^must not hold \{tag\.a:b\}, because/],
    ["{tag.__proto__}={videoModelId}", /^must not hold \{tag\.__proto__\}, because/],
    ["{tag.a/b}={videoModelId}", /^must close every brace, because \{ stands alone$/],
    ["{{videoModelId}", /^must close every brace, because \{ stands alone$/],
    ["{videoModelId}}", /^must close every brace, because \} stands alone$/],
    ["{videoModelId} {file_name}", /^must end with \{videoModelId\}, because/],
    ["{videoModelId}/{file_name}", /^must end with \{videoModelId\}, because/],
    ["a={videoModelId}-x", /^must end with \{videoModelId\}, because/],
    [
      "{file_name}{videoModelId}",
      /^must have a slash, a blank or one of =@\+,!'\(\) before the \{videoModelId\} at its end, because/,
    ],
    ["{file_name}-{videoModelId}", /^must have a slash, a blank/],
    ["{file_name}_{videoModelId}", /^must have a slash, a blank/],
    ["x{videoModelId}", /^must have a slash, a blank/],
    [
      "doubtful/{videoModelId}",
      /^must not begin with doubtful\/, because files that are not whole/,
    ],
    ["Doubtful/a/{videoModelId}", /^must not begin with Doubtful\/, because/],
  ])("is refused: %j", (text, problem) => {
    expect(readKeyTemplate(text).problem).toMatch(problem);
  });

  it.each([
    `${"x".repeat(201)}/{videoModelId}`,
    `${"x".repeat(136)}={videoModelId}`,
    `${"x".repeat(185)}{type}/{videoModelId}`,
    `${`${LONG}/`.repeat(7)}{videoModelId}`,
    `${`${LONG}{type}/`.repeat(6)}{videoModelId}`,
  ])("is refused where S3 or a file system could not take the keys: %s", (text) => {
    expect(readKeyTemplate(text).problem).toBe(
      "must be shorter, or have fewer placeholders, because S3 takes 1024 bytes in a key and each " +
        "value needs 16 of them",
    );
  });

  it.each([
    ["{videoModelId}", 120],
    ["{file_name}={videoModelId}", 120],
    ["{tag.a}{tag.b}/{videoModelId}", 100],
    [`${"x".repeat(184)}{type}/{videoModelId}`, 16],
    ["{tag.a}/{tag.b}/{tag.c}/{tag.d}/{tag.e}/{tag.f}/{tag.g}/{tag.h}/{videoModelId}", 111],
    ["{yyyy}{mm}{dd}{tag.a}{tag.b}/{videoModelId}", 96],
  ])("%s leaves each value %i bytes", (text, bytes) => {
    expect(readKeyTemplate(text).template?.valueBytes).toBe(bytes);
  });
});
