// The same with the archiver (alike up to the creation): it follows the job, keeps the video, and
// goes on when this script dies.
// ARCHIVER_URL=http://127.0.0.1:8787 AKOOL_API_KEY=… node examples/node/after.js <image> <video>
import { writeFile } from "node:fs/promises";
import { createArchiver } from "@akool-archiver/client";

const AKOOL = process.env.AKOOL_BASE_URL ?? "https://openapi.akool.com/api/open";
const headers = { "x-api-key": process.env.AKOOL_API_KEY, "content-type": "application/json" };
const [image, video] = process.argv.slice(2);

const created = await fetch(`${AKOOL}/v4/characterSwap/create`, {
  method: "POST",
  headers,
  body: JSON.stringify({ image, video, duration: 5 }),
});
const { data } = await created.json();

// Deployed: add sign: signWithAws({ region }) from "@akool-archiver/client/aws".
const archiver = createArchiver({ url: process.env.ARCHIVER_URL ?? "http://127.0.0.1:8787" });
await archiver.submitJob({ videoModelId: data._id, tags: { team: "film" } });
await archiver.waitUntilArchived(data._id);
const { url } = await archiver.getVideo(data._id);
const file = await fetch(url);
await writeFile(`${data._id}.mp4`, Buffer.from(await file.arrayBuffer()));
console.log(`${data._id}.mp4`);
