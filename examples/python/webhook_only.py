"""One line more in an existing create call, and the video is archived: nothing else is called.

WEBHOOK_URL=... AKOOL_API_KEY=... python3 examples/python/webhook_only.py <image> <video>
"""

import os
import sys

import requests

AKOOL = os.environ.get("AKOOL_BASE_URL", "https://openapi.akool.com/api/open")

image, video = sys.argv[1:3]
created = requests.post(
    f"{AKOOL}/v4/characterSwap/create",
    headers={"x-api-key": os.environ["AKOOL_API_KEY"]},
    json={
        "image": image,
        "video": video,
        "duration": 5,
        "webhookurl": os.environ["WEBHOOK_URL"],  # the output WebhookUrl of the stack
    },
    timeout=30,
).json()
print(created["data"]["_id"])
