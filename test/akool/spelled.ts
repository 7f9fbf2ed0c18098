import { outcomeOf } from "#akool/create-outcome.ts";
import { interpret } from "#akool/interpret.ts";

export const ID = "689174694b4dbdd4ab3d28c9";
export const VIDEO = "https://d2qf6ukcym4kn9.cloudfront.net/1754363091791-1423.mp4";
export const CREATED = 1_754_362_985_482;
export const DONE = { _id: ID, create_time: CREATED, video_status: 3, video: VIDEO };

/** What a poll makes of an answer, and a create call of its own. */
export const poll = (body: string, status = 200) => interpret(ID, { status, body });
export const pollOf = (data: unknown, envelope: object = {}) =>
  poll(JSON.stringify({ code: 1000, msg: "OK", data, ...envelope }));
export const create = (body: string, status = 200) => outcomeOf({ status, body });
