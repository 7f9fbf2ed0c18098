// An existing script: creates a character swap at AKOOL, asks until it is done, and saves the file.
// AKOOL_API_KEY=… node examples/node/before.js https://…/character.png https://…/source.mp4
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const AKOOL = process.env.AKOOL_BASE_URL ?? "https://openapi.akool.com/api/open";
const headers = { "x-api-key": process.env.AKOOL_API_KEY, "content-type": "application/json" };
const [image, video] = process.argv.slice(2);

const created = await fetch(`${AKOOL}/v4/characterSwap/create`, {
  method: "POST",
  headers,
  body: JSON.stringify({ image, video, duration: 5 }),
});
const { data } = await created.json();

// Hangs on a status that it does not know, dies with its process, and saves whatever the link gives.
for (;;) {
  await sleep(Number(process.env.POLL_MS ?? 10_000));
  const answer = await fetch(`${AKOOL}/v3/content/video/infobymodelid?video_model_id=${data._id}`, {
    headers,
  });
  const job = (await answer.json()).data;
  if (job.video_status === 4) throw new Error("AKOOL could not make the video");
  if (job.video_status !== 3) continue;
  const file = await fetch(job.video);
  await writeFile(`${data._id}.mp4`, Buffer.from(await file.arrayBuffer()));
  console.log(`${data._id}.mp4`);
  break;
}
