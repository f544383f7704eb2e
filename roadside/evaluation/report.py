"""The report of an evaluation, in the words of its JSON (``docs/evaluation.md``). What is not known is NaN."""

from dataclasses import asdict
from typing import Any, TypeAlias

import numpy as np

from roadside.evaluation.ablation import ablation_figures
from roadside.evaluation.error_figures import (
    by_band,
    by_class,
    by_sight,
    consumed_figures,
    position_figures,
    track_precision,
)
from roadside.evaluation.event_scores import EventSums, event_figures, event_figures_by_kind
from roadside.evaluation.evidence import Evidence
from roadside.evaluation.known_values import quantile
from roadside.evaluation.lane_counts import lane_figures
from roadside.evaluation.parking_scores import parking_figures
from roadside.evaluation.state_figures import class_figures, heading_figures, size_figures, speed_figures
from roadside.evaluation.tracking import tracking_figures
from roadside.geometry.arrays import FloatArray
from roadside.types.scene import EXPOSURE_TO_OUT

Json: TypeAlias = dict[str, Any]


def failed_report(name: str, depth: str, reason: str) -> Json:
    """Returns the entry of a recording that could not be evaluated."""
    return {"name": name, "error": reason, "depth": depth}


def report_figures(evidence: Evidence) -> Json:
    """Returns all figures of one recording, or of many pooled."""
    return {
        "duration_s": evidence.duration_s,
        "scenes": evidence.scenes,
        "truth": {
            "seconds": evidence.truth_s,
            "instants": evidence.instants,
            "unpublished_instants": evidence.unpublished,
            "road_users": len(np.unique(evidence.object_times.road_user)),
            "object_times": len(evidence.object_times),
        },
        "tracking": asdict(tracking_figures(evidence.centres))
        | {"birds_eye_iou": asdict(tracking_figures(evidence.overlaps))},
        "position": _position(evidence),
        "speed": _speed(evidence),
        "heading": asdict(heading_figures(evidence.object_times)),
        "size": asdict(size_figures(evidence.object_times)),
        "road_user_class": asdict(class_figures(evidence.object_times)),
        "events": _events(evidence.events),
        "parking": asdict(parking_figures(evidence.parking)),
        "lanes": asdict(lane_figures(evidence.lanes)),
        "latency": _latency(evidence.stage_ms),
        "throughput": {
            "wall_s": evidence.wall_s,
            "times_real_time": evidence.duration_s / evidence.wall_s,
            "scenes_per_s": evidence.scenes / evidence.wall_s,
        },
        "drops": sum(evidence.dropped.values()),
        "dropped": evidence.dropped,
        "ablation": None
        if evidence.ablations is None
        else [asdict(ablation_figures(each)) for each in evidence.ablations],
    }


def _position(evidence: Evidence) -> Json:
    rows = evidence.object_times
    figures = position_figures(rows)
    return {
        **asdict(figures),
        "precision": track_precision(figures, evidence.track_count),
        "bands": [asdict(band) | asdict(errors) for band, errors in by_band(rows).items()],
        "classes": [{"class": kind.label} | asdict(errors) for kind, errors in by_class(rows).items()],
        "seen_by": [{"seen_by": sight.label} | asdict(errors) for sight, errors in by_sight(rows).items()],
        "consumed": asdict(consumed_figures(rows)),
    }


def _speed(evidence: Evidence) -> Json:
    figures = speed_figures(evidence.object_times)
    return {
        "mae_moving_mps": figures.moving.mae_mps,
        "mae_slow_mps": figures.slow.mae_mps,
        "mae_standing_mps": figures.standing.mae_mps,
        **asdict(figures),
    }


def _events(sums: EventSums) -> Json:
    figures = event_figures(sums)
    kinds = {kind: asdict(each) for kind, each in event_figures_by_kind(sums).items()}
    return {**asdict(figures), "sentence": figures.sentence, "kinds": kinds}


def _latency(stage_ms: dict[str, FloatArray]) -> Json:
    stages = {
        stage: {"p50_ms": quantile(took_ms, 0.50), "p95_ms": quantile(took_ms, 0.95)}
        for stage, took_ms in stage_ms.items()
    }
    return {**stages[EXPOSURE_TO_OUT.name], "stages": stages}
