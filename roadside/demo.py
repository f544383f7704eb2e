"""``roadside demo``: the whole path in twenty seconds, with a vehicle that listens.

The pole is this process: it replays the bundled recording in real time through decoding, detection, measurement and
fusion, and serves it. The vehicle is another process, ``roadside watch --json``, which knows nothing but the address.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from roadside.display.run_summary import RunSummary, json_text
from roadside.errors import RecordingError, ServiceError
from roadside.replay import replay
from roadside.v2x.client import status

CHECKOUT_FOLDER = Path(__file__).parents[1] / "replay_data"
WHEEL_FOLDER = Path(__file__).parent / "bundled" / "replay_data"
RECORDING = "demo.mcap"

VEHICLE_PATIENCE_S = 20.0
"""How long the vehicle may take to start and subscribe, and to end after the pole has."""

POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What pole and vehicle saw.

    Attributes:
        pole: see ``RunSummary``.
        messages_received: by the vehicle.
        objects_received: in all of its messages.
        dropped_for_vehicle: scenes it missed, as the messages told it.
        sample: one object of its last message with any.
    """

    pole: RunSummary
    messages_received: int
    objects_received: int
    dropped_for_vehicle: int
    sample: dict[str, Any]

    def to_json(self) -> str:
        """Returns the summary as one line of JSON; what is not known is null."""
        return json_text(asdict(self))

    def print(self, out: Console) -> None:
        """Prints the summary."""
        self.pole.print(out)
        out.print(
            f"the vehicle received {self.messages_received} messages with {self.objects_received} objects and missed "
            f"{self.dropped_for_vehicle} scenes"
        )
        if self.sample:
            out.print("one of the objects it was told of:")
            out.print_json(data=self.sample)


def demo(console: Console) -> DemoSummary:
    """Plays the bundled recording in real time to a vehicle and returns what both saw.

    Raises:
        RecordingError: the recording is not there.
        ServiceError: the vehicle does not come up.
    """
    vehicle = _Vehicle()
    console.print(f"replaying {RECORDING} in real time; a vehicle listens")
    with vehicle.ended_afterwards():
        pole = replay(recording_path(), speed=1.0, serve="127.0.0.1:0", console=console, on_serving=vehicle.start)
    return DemoSummary(pole, vehicle.messages, vehicle.objects, vehicle.dropped, vehicle.sample)


def recording_path() -> Path:
    """Returns where the bundled recording lies: in the checkout, or in the installed package.

    Raises:
        RecordingError: in neither.
    """
    for folder in (CHECKOUT_FOLDER, WHEEL_FOLDER):
        if (folder / RECORDING).exists():
            return folder / RECORDING
    raise RecordingError(f"{RECORDING}: wanted it in {CHECKOUT_FOLDER} or {WHEEL_FOLDER}, got neither")


@dataclass(slots=True)
class _Vehicle:
    """The other process, and what it prints."""

    messages: int = 0
    objects: int = 0
    dropped: int = 0
    sample: dict[str, Any] = field(default_factory=dict)
    _process: "subprocess.Popen[str] | None" = None
    _reader: threading.Thread | None = None

    def start(self, port: int) -> None:
        """Starts the process and returns once it has subscribed."""
        address = f"127.0.0.1:{port}"
        command = [sys.executable, "-m", "roadside", "watch", address, "--json"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read, name="vehicle", daemon=True)
        self._reader.start()
        deadline_s = time.monotonic() + VEHICLE_PATIENCE_S
        while status(address).subscribers == 0:
            if self._process.poll() is not None or time.monotonic() > deadline_s:
                raise ServiceError(
                    f"{address}: wanted a vehicle to subscribe within {VEHICLE_PATIENCE_S:g} s, got none"
                )
            time.sleep(POLL_S)

    @contextmanager
    def ended_afterwards(self) -> Iterator[None]:
        """Lets the process read to the end of the stream, and ends it whatever happens."""
        try:
            yield
        finally:
            if self._process is not None and self._reader is not None:
                self._reader.join(VEHICLE_PATIENCE_S)
                self._process.terminate()
                self._process.communicate()

    def _read(self) -> None:
        for line in self._process.stdout if self._process is not None and self._process.stdout is not None else ():
            message = json.loads(line)
            objects = message.get("scene", {}).get("objects", [])
            self.messages += 1
            self.objects += len(objects)
            self.dropped += int(message.get("dropped_since_last", 0))
            if objects:
                self.sample = objects[0]
