"""Starts the parts, starts again what dies, and ends them all together."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

ROUND_SECONDS = 0.1
PATIENCE_SECONDS = 10
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
HEALTHY_AFTER_SECONDS = 30
"""A part that lived so long begins again with the first pause."""


def command_of(name: str) -> tuple[str, ...]:
    """Return how a part is started."""
    return (sys.executable, "-m", f"runtime.parts.{name}")


class Part:
    """One part as a child process; its standard input tells it that we live."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self._pause = FIRST_PAUSE
        self._again_at = 0.0
        self._started_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def returncode(self) -> int | None:
        """Return how the process ended, None while it lives or if there is none."""
        return self._process.returncode if self._process else None

    def keep_up(self) -> None:
        """Start the process if it is not there; the pause before doing so grows."""
        if self._process is not None and self._process.poll() is None:
            return
        if self._process is not None:
            self._note_death(self._process.returncode)
        if time.monotonic() >= self._again_at:
            self._start()

    def end(self) -> None:
        """Tell the process to end."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def wait(self, deadline: float) -> None:
        """Wait for the end; after the deadline make one."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            self._command,
            stdin=subprocess.PIPE,
            env=dict(self._environment),
        )

    def _note_death(self, code: int) -> None:
        sys.stderr.write(f"the part {self.name} ended with {code}; starting it again\n")
        self.end()
        self._process = None
        if time.monotonic() - self._started_at > HEALTHY_AFTER_SECONDS:
            self._pause = FIRST_PAUSE
        self._again_at = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)


class Supervisor:
    """All parts together."""

    def __init__(
        self,
        parts: Mapping[str, tuple[Sequence[str], Mapping[str, str]]],
        look_after: Callable[[], object] = lambda: None,
    ) -> None:
        """Take the command and the environment of each part, and what else needs looking after."""
        self._parts = [Part(name, *how) for name, how in parts.items()]
        self._look_after = look_after
        self._stopping = False

    def run(self) -> None:
        """Keep the parts up until the process is asked to stop."""
        for asked in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked, self._stop)
        try:
            while not self._stopping:
                self._look_after()
                for part in self._parts:
                    part.keep_up()
                time.sleep(ROUND_SECONDS)
        finally:
            self._end()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._stopping = True

    def _end(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        for part in self._parts:
            part.end()
        for part in self._parts:
            part.wait(deadline)
