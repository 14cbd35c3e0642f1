"""A stand-in in a process of its own, for the test that kills it; says its address and serves."""

import itertools
import sys
from pathlib import Path

from werkzeug.serving import make_server

from adapters.sandbox.stripe_server import create_stripe_stand_in
from tests.adapters.stripe_world import SECRET_KEY, WEBHOOK_SECRET, Clock, Line, Quiet


def main(store: Path) -> None:
    line, drawn = Line(), itertools.count(1)
    server = make_server("127.0.0.1", 0, line, threaded=True, request_handler=Quiet)
    address = f"http://127.0.0.1:{server.port}"
    line.app = create_stripe_stand_in(
        store=store,
        secret_key=SECRET_KEY,
        webhook_secret=WEBHOOK_SECRET,
        webhook_url="http://127.0.0.1:9/nobody-is-at-home",
        public_url=address,
        clock=Clock(),
        draw=lambda: f"alone{next(drawn):020d}",
    )
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
