"""The archiver from Python, with requests alone.

ARCHIVER_URL=http://127.0.0.1:8787 AKOOL_API_KEY=... python3 examples/python/after.py <image> <video>
"""

import os
import sys
import time

import requests

AKOOL = os.environ.get("AKOOL_BASE_URL", "https://openapi.akool.com/api/open")
ARCHIVER = os.environ.get("ARCHIVER_URL", "http://127.0.0.1:8787")
ENDED = {"archived", "failed", "rejected", "not_found", "timed_out", "cancelled", "expired"}

image, video = sys.argv[1:3]
created = requests.post(
    f"{AKOOL}/v4/characterSwap/create",
    headers={"x-api-key": os.environ["AKOOL_API_KEY"]},
    json={"image": image, "video": video, "duration": 5},
    timeout=30,
).json()
video_id = created["data"]["_id"]

# Deployed: pass auth=..., a signer of Signature Version 4 for the service execute-api.
requests.post(f"{ARCHIVER}/jobs", json={"videoModelId": video_id}, timeout=30).raise_for_status()
while True:
    job = requests.get(f"{ARCHIVER}/jobs/{video_id}", timeout=30).json()
    if job["status"] in ENDED:
        break
    time.sleep(float(os.environ.get("POLL_SECONDS", "10")))
if job["status"] != "archived":
    sys.exit(f"{video_id} is {job['status']}: {job.get('failure', {}).get('reason')}")

# The redirect leads to a presigned link.
answer = requests.get(f"{ARCHIVER}/jobs/{video_id}/video", timeout=300)
answer.raise_for_status()
with open(f"{video_id}.mp4", "wb") as file:
    file.write(answer.content)
print(f"{video_id}.mp4")
