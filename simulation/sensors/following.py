"""The tracker inside a radar, simulated by what comes out of it: true objects with the errors such trackers make."""

from itertools import pairwise
from typing import Any

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray
from roadside.geometry.pose import Pose
from simulation.sensors.followed import FOLLOWED_COLUMNS, Followed
from simulation.sensors.radar_track import NOVELTY_SHARE, Key, RadarTrack
from simulation.sensors.reflections import RadarOptics
from simulation.sensors.targets import DIRECT, Targets, resolved, targets
from simulation.sensors.tracking_habits import (
    FIRST_LENGTH_M,
    FIRST_SMALL_LENGTH_M,
    SMALL_SECTION_DBSM,
    TrackingHabits,
    classes_by_length,
)
from simulation.types.actors import Actors
from simulation.types.world import Building

NS_PER_S = 1e9
JUMP_M = 0.6
"""A target that is so far from where its motion takes it did not drive there: its track follows smoothly."""

LOST_M = 8.0
"""A target so far from its track is another one to the tracker."""

ENDLESS_FRAMES = 65_535
"""The static count of a radar that does not let go, since it measures what stands as well as what moves."""


class Follower:
    """The tracker of one radar; what it is shown must come in the order of time.

    A moving road user is put out once it was measured often enough. Its errors are first-order Gauss-Markov processes.
    Unmeasured it is predicted along its last motion, and gives up after a while; what stands is held where it stopped
    until its count has run down, and comes back under a new id when it moves.
    """

    def __init__(
        self,
        site_from_radar: Pose,
        optics: RadarOptics,
        habits: TrackingHabits,
        rng: np.random.Generator,
        buildings: tuple[Building, ...] = (),
    ) -> None:
        self._pose = site_from_radar
        self._optics = optics
        self._habits = habits
        self._rng = rng
        self._buildings = buildings
        self._tracks: list[RadarTrack] = []
        self._hits: dict[Key, int] = {}
        self._next_id = 1
        self._time_ns: int | None = None
        hold_s = habits.static_hold_s
        self._full_static_frames = round(hold_s / habits.cycle_s) if np.isfinite(hold_s) else ENDLESS_FRAMES

    def step(self, time_ns: int, actors: Actors) -> Followed:
        """Returns the tracker's objects after one more cycle.

        Args:
            time_ns: Unix epoch UTC of the measurement, later than that of the cycle before.
            actors: everything on the road then.

        Raises:
            ValueError: the time is not later.
        """
        step_s = self._habits.cycle_s
        if self._time_ns is not None:
            if time_ns <= self._time_ns:
                raise ValueError(f"Follower.step: time_ns must be later than {self._time_ns}, got {time_ns}")
            step_s = (time_ns - self._time_ns) / NS_PER_S
        self._time_ns = time_ns
        found = targets(self._pose, self._optics, actors, self._buildings)
        keys = list(zip(found.object_ids.tolist(), found.mirrors.tolist(), strict=True))
        followed = {track.key for track in self._tracks}
        precedence = found.rcs_dbsm + np.array([100.0 if key in followed else 0.0 for key in keys])
        found, swallowed = resolved(found, self._habits, precedence)
        measured = self._rng.random(len(found)) < found.detection_probability
        measured &= ~swallowed & (np.abs(found.radial_speed_mps) >= self._habits.notch_mps)
        self._advance(found, {key: row for row, key in enumerate(keys)}, measured, step_s)
        self._begin(found, keys, measured, step_s)
        self._mistake_ids(step_s)
        return self._put_out()

    def _advance(self, found: Targets, rows: dict[Key, int], measured: BoolArray, step_s: float) -> None:
        habits = self._habits
        stands = (found.speed_mps < habits.static_speed_mps) & (found.mirrors == DIRECT)
        noise = self._rng.standard_normal((len(self._tracks), 4))
        for track, kicks in zip(self._tracks, noise, strict=True):
            track.age_frames += 1
            row = rows.get(track.key)
            if row is not None and np.linalg.norm((found.point_m[row] - track.position_m)[:2]) > LOST_M:
                track.key = (-track.track_id, DIRECT)  # follows nobody any more
                row = None
            if row is not None and stands[row]:
                track.stand(found.point_m[row])
            elif row is not None and measured[row]:
                self._measure(track, found, row, kicks, step_s)
            elif not track.stands or self._full_static_frames == ENDLESS_FRAMES:
                track.coast(step_s)
            if track.stands and self._full_static_frames != ENDLESS_FRAMES:
                track.static_frames -= 1
        self._tracks = [track for track in self._tracks if self._lives(track, step_s)]

    def _lives(self, track: RadarTrack, step_s: float) -> bool:
        coasts = track.predicted_frames * step_s <= self._habits.coast_s
        return coasts and track.static_frames > 0 and self._now_s < track.ends_s

    @property
    def _now_s(self) -> float:
        return (self._time_ns or 0) / NS_PER_S

    def _measure(self, track: RadarTrack, found: Targets, row: int, kicks: FloatArray, step_s: float) -> None:
        """Moves a track to its target, with errors that go on from those before."""
        habits = self._habits
        target_m, velocity_mps = found.point_m[row], found.velocity_mps[row]
        sight = target_m[:2] - self._pose.translation_m[:2]
        along = sight / max(float(np.linalg.norm(sight)), 1e-9)
        axes = np.stack([along, [-along[1], along[0]]])
        sigmas_m = np.array([habits.along_sigma_m, habits.across_sigma_m(found.range_m[row : row + 1])[0]])
        jump_m = target_m[:2] - track.target_m[:2] - velocity_mps * step_s
        if track.predicted_frames or np.hypot(*jump_m) > JUMP_M:
            off_m = track.position_m[:2] + track.velocity_mps * step_s - target_m[:2]
            track.errors[:2] = axes @ off_m / sigmas_m
        decay = np.exp(-step_s / track.time_constant_s)
        track.errors = decay * track.errors + np.sqrt(1.0 - decay**2) * kicks
        error_m = (track.errors[:2] * sigmas_m) @ axes
        speed_mps = max(float(found.speed_mps[row]) + habits.speed_sigma_mps * track.errors[2], 0.0)
        track.moving_mps = speed_mps
        motion_rad = np.arctan2(velocity_mps[1], velocity_mps[0])
        track.direction_rad = float(motion_rad + habits.direction_sigma_rad * track.errors[3])
        track.velocity_mps = speed_mps * np.array([np.cos(track.direction_rad), np.sin(track.direction_rad)])
        track.position_m = target_m + np.append(error_m, 0.0)
        track.target_m = target_m
        track.rcs_dbsm += NOVELTY_SHARE * (float(found.rcs_dbsm[row]) - track.rcs_dbsm)
        track.quality += NOVELTY_SHARE * (float(found.detection_probability[row]) - track.quality)
        track.predicted_frames, track.stands, track.static_frames = 0, False, self._full_static_frames
        self._stretch(track, float(found.length_m[row]), float(found.along_m[row]), step_s)

    def _stretch(self, track: RadarTrack, true_length_m: float, along_m: float, step_s: float) -> None:
        """Lets the estimated length approach what the radar makes of the true one; the near end is seen rightly."""
        wanted_m = true_length_m * track.length_factor
        track.length_m += (wanted_m - track.length_m) * (1.0 - np.exp(-step_s / self._habits.length_time_s))
        to_front_m = true_length_m / 2.0 - along_m
        if along_m < 0.0:
            to_front_m = track.length_m - (true_length_m / 2.0 + along_m)
        track.to_front_m = float(np.clip(to_front_m, 0.0, track.length_m))

    def _begin(self, found: Targets, keys: list[Key], measured: BoolArray, step_s: float) -> None:
        """Puts out what was measured often enough, and now and then a mirror image."""
        habits = self._habits
        followed = {track.key for track in self._tracks}
        waiting: dict[Key, int] = {}
        for row, (key, lot) in enumerate(zip(keys, self._rng.random(len(keys)), strict=True)):
            is_new = key not in followed and len(self._tracks) < habits.max_tracks
            if key[1] != DIRECT:
                if is_new and measured[row] and lot < habits.ghosts_per_s * step_s:
                    self._bear(found, row, key, self._now_s + self._rng.exponential(habits.ghost_life_s))
                continue
            moves = measured[row] and found.speed_mps[row] >= habits.static_speed_mps
            hits = self._hits.get(key, 0) + (1 if moves else -1)
            if is_new and hits >= habits.birth_frames:
                self._bear(found, row, key, np.inf)
            elif is_new and hits > 0:
                waiting[key] = hits
        self._hits = waiting

    def _bear(self, found: Targets, row: int, key: Key, ends_s: float) -> None:
        habits = self._habits
        is_small = found.rcs_dbsm[row] < SMALL_SECTION_DBSM
        track = RadarTrack(
            track_id=self._next_id,
            key=key,
            errors=self._rng.standard_normal(4),
            time_constant_s=float(self._rng.uniform(*habits.error_time_s)),
            length_factor=max(float(self._rng.normal(habits.length_share, habits.length_spread)), 0.3),
            ends_s=ends_s,
            target_m=found.point_m[row],
            position_m=found.point_m[row],
            velocity_mps=found.velocity_mps[row],
            direction_rad=0.0,
            rcs_dbsm=float(found.rcs_dbsm[row]),
            quality=float(found.detection_probability[row]) / 2.0,
            static_frames=self._full_static_frames,
            length_m=FIRST_SMALL_LENGTH_M if is_small else FIRST_LENGTH_M,
        )
        self._next_id += 1
        self._measure(track, found, row, np.zeros(4), 0.0)
        self._tracks.append(track)

    def _mistake_ids(self, step_s: float) -> None:
        """Lets neighbours swap their ids, and tracks go on under new ones; both rarely."""
        habits = self._habits
        moving = [track for track in self._tracks if not track.stands and track.key[1] == DIRECT]
        for track, lot in zip(moving, self._rng.random(len(moving)), strict=True):
            if lot < habits.renewal_per_s * step_s:
                track.track_id, track.age_frames = self._next_id, 0
                self._next_id += 1
        by_range = sorted(moving, key=lambda track: float(np.linalg.norm(track.position_m - self._pose.translation_m)))
        lots = self._rng.random(max(len(by_range) - 1, 0))
        for (first, second), lot in zip(pairwise(by_range), lots, strict=True):
            gap_m = float(np.linalg.norm((first.position_m - second.position_m)[:2]))
            if gap_m < habits.switch_distance_m and lot < habits.switch_per_s * step_s:
                first.track_id, second.track_id = second.track_id, first.track_id
                first.age_frames, second.age_frames = second.age_frames, first.age_frames

    def _put_out(self) -> Followed:
        tracks = sorted(self._tracks, key=lambda track: track.track_id)
        lengths_m, speeds_mps = ([getattr(track, name) for track in tracks] for name in ("length_m", "moving_mps"))
        columns: dict[str, Any] = {
            "track_ids": [track.track_id for track in tracks],
            "source_ids": [track.key[0] for track in tracks],
            "is_ghost": [track.key[1] != DIRECT for track in tracks],
            "classes": classes_by_length(np.array(lengths_m), np.array(speeds_mps)),
        }
        for name, shape, dtype in FOLLOWED_COLUMNS:
            values = columns[name] if name in columns else [getattr(track, name) for track in tracks]
            columns[name] = np.array(values, dtype=dtype).reshape(-1, *shape)
        return Followed(**columns)
