"""What the vendor's client does with no house behind: the same mails, by so many threads."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sendgrid import SendGridAPIClient

from bench.carrier import mails_at


def seconds_alone(mails_from: str, to: str, threads: int) -> float:
    """Return how long it takes to send what came to one carrier to another, in a process alone."""
    done = subprocess.run(  # noqa: S603 - this Python, our own words
        [sys.executable, "-m", "bench.posting", mails_from, to, str(threads)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(json.loads(done.stdout))


def post_all(mails: list[dict[str, Any]], to: str, threads: int) -> float:
    """Send mails one by one, each thread at its own pace; return the seconds."""
    line = SendGridAPIClient("SG.bench", host=to).client.mail.send

    def post(mail: dict[str, Any]) -> None:
        line.post(request_body=mail)

    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as crew:
        list(crew.map(post, mails))
    return time.perf_counter() - started


if __name__ == "__main__":
    print(post_all(mails_at(sys.argv[1]), sys.argv[2], int(sys.argv[3])))  # noqa: T201 - to the one who started us
