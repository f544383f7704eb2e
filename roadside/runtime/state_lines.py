"""What an integrator at the pole wants to read while it runs: one line whenever something changes."""

from collections.abc import Callable

from roadside.runtime.recorder import Recorder
from roadside.runtime.sensor_words import SensorWords
from roadside.types.observations import SensorState
from roadside.types.scene import LatencyLedger, Scene, SensorReport
from roadside.types.site import OrderSettings


class StateLines:
    """Reads scenes and says when a sensor's state changes, and when the recording ends."""

    def __init__(
        self, show: Callable[[str], None], words: SensorWords, order: OrderSettings, recorder: Recorder | None
    ) -> None:
        self._show = show
        self._words = words
        self._silent_after_s = order.silent_after_ns / 1e9
        self._recorder = recorder
        self._shown: dict[str, SensorState] = {}

    def read(self, scene: Scene, ledger: LatencyLedger) -> None:
        """Takes a scene in."""
        for report in scene.sensors:
            state, detail = self._standing(report)
            if state is not self._shown.get(report.sensor_id, SensorState.UNKNOWN):
                self._shown[report.sensor_id] = state
                self._show(f"{report.sensor_id}: {state.name.lower()}: {detail}")
        if self._recorder is not None and self._recorder.error is not None:
            self._show(f"recording ended: {self._recorder.error}")
            self._recorder = None

    def _standing(self, report: SensorReport) -> tuple[SensorState, str]:
        """Returns the worse of what the source says and what the scene shows, and why."""
        word, detail = self._words.of(report.sensor_id)
        if word is SensorState.SILENT:
            return SensorState.SILENT, detail
        if report.state is SensorState.SILENT:
            return SensorState.SILENT, f"nothing came for {self._silent_after_s:g} s"
        if word is SensorState.DEGRADED:
            return SensorState.DEGRADED, detail
        return report.state, detail
