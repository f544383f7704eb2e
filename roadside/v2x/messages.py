"""From the scene and the site to the messages of ``proto/roadside/v2x/v1``."""

from typing import Any

import numpy as np
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from roadside.geometry.arrays import FloatArray
from roadside.types.scene import LatencyLedger, Scene, SensorReport, Tracks
from roadside.types.site import Site
from roadside.v2x.broker import BrokerTotals
from roadside.v2x.v1 import perception_service_pb2 as service_pb
from roadside.v2x.v1 import scene_pb2 as scene_pb


def scene_message(scene: Scene, site: Site) -> scene_pb.Scene:
    """Returns the scene as it goes over the wire: positions in WGS 84, headings clockwise from true north."""
    return scene_pb.Scene(
        site_id=scene.site_id,
        time_unix_ns=scene.time_ns,
        skipped_total=scene.skipped_total,
        sensors=[_sensor_report(report) for report in scene.sensors],
        objects=_objects(scene.tracks, scene.time_ns, site),
    )


def scene_schema() -> tuple[str, bytes]:
    """Returns the full name of the scene's message and the serialised FileDescriptorSet that defines it."""
    files = FileDescriptorSet()
    scene_pb.DESCRIPTOR.CopyToProto(files.file.add())
    return scene_pb.Scene.DESCRIPTOR.full_name, files.SerializeToString(deterministic=True)


def ledger_message(ledger: LatencyLedger) -> service_pb.LatencyLedger:
    """Returns the ledger as it goes over the wire."""
    return service_pb.LatencyLedger(
        captured_unix_ns=ledger.captured_ns,
        received_unix_ns=ledger.received_ns,
        detected_unix_ns=ledger.detected_ns,
        fused_unix_ns=ledger.fused_ns,
        published_unix_ns=ledger.published_ns,
    )


def status_message(site: Site, version: str, uptime_s: float, totals: BrokerTotals) -> service_pb.GetStatusResponse:
    """Returns what is installed, in which coordinates, and how the service is doing."""
    frame = site.wire_frame
    sensors = [_sensor(camera.sensor_id, service_pb.SENSOR_KIND_CAMERA, camera.coverage_m, site)
               for camera in site.cameras]  # fmt: skip
    sensors += [_sensor(radar.sensor_id, service_pb.SENSOR_KIND_RADAR, radar.coverage_m, site) for radar in site.radars]
    return service_pb.GetStatusResponse(
        site_id=site.site_id,
        name=site.name,
        software_version=version,
        crs=site.crs,
        crs_epoch=site.crs_epoch,
        wire_epoch=site.wire_epoch,
        uptime_s=uptime_s,
        datum=scene_pb.Position(
            latitude_deg=frame.latitude_deg, longitude_deg=frame.longitude_deg, height_m=frame.height_m
        ),
        sensors=sensors,
        scenes_published_total=totals.scenes_published,
        messages_sent_total=totals.messages_sent,
        scenes_dropped_total=totals.scenes_dropped,
        subscriptions_expired_total=totals.subscriptions_expired,
        subscribers=len(totals.subscriptions),
    )


def heading_deg(heading_rad: FloatArray) -> FloatArray:
    """Returns (...,) degrees clockwise from north in [0, 360) of (...,) radians counter-clockwise from east.

    The site frame's y axis is true north at the datum; 500 m away they differ by less than 0.01 degrees below 60
    degrees of latitude (meridian convergence: east offset * tan(latitude) / earth radius).
    """
    # The outer modulo takes back what rounding does to a tiny negative angle: -1e-20 % 360 is 360.
    return np.asarray((90.0 - np.degrees(heading_rad)) % 360.0 % 360.0)


def _objects(tracks: Tracks, time_ns: int, site: Site) -> list[dict[str, Any]]:
    """Returns the fields of one ``PerceivedObject`` per track.

    All that can be is computed on all tracks at once, and the fields stay dictionaries: protobuf fills messages from
    them in half the time that building and copying nested messages takes (100 tracks: 0.35 ms against 0.65 ms).
    """
    columns = zip(
        tracks.track_ids.tolist(),
        tracks.classes.tolist(),
        tracks.class_confidence.tolist(),
        _geodetic(tracks.states[:, :2], site).tolist(),
        tracks.states[:, 2:].tolist(),
        np.hypot(tracks.states[:, 2], tracks.states[:, 3]).tolist(),
        tracks.covariances[:, (0, 0, 1, 2, 2, 3), (0, 1, 1, 2, 3, 3)].tolist(),
        _known(heading_deg(tracks.heading_rad)),
        _known(tracks.size_m),
        np.isfinite(tracks.size_m).sum(axis=1).tolist(),
        ((time_ns - tracks.created_ns) / 1e9).tolist(),
        tracks.last_seen_ns.tolist(),
        strict=True,
    )
    sensor_ids = site.sensor_ids
    return [
        {
            "track_id": track_id,
            "road_user_class": road_user_class,
            "class_confidence": confidence,
            "position": {"latitude_deg": place[0], "longitude_deg": place[1], "height_m": place[2]},
            "position_covariance": {"east_east_m2": cov[0], "east_north_m2": cov[1], "north_north_m2": cov[2]},
            "velocity_east_mps": velocity[0],
            "velocity_north_mps": velocity[1],
            "speed_mps": speed,
            "velocity_covariance": {
                "east_east_m2ps2": cov[3], "east_north_m2ps2": cov[4], "north_north_m2ps2": cov[5],
            },
            "heading_deg": heading,
            "size": {"length_m": size[0], "width_m": size[1], "height_m": size[2]} if known_sides else None,
            "age_s": age_s,
            "contributions": [
                {"sensor_id": sensor_id, "last_seen_unix_ns": seen_ns}
                for sensor_id, seen_ns in zip(sensor_ids, last_seen_ns, strict=True)
                if seen_ns
            ],
        }
        for (track_id, road_user_class, confidence, place, velocity, speed, cov, heading, size, known_sides, age_s,
             last_seen_ns) in columns
    ]  # fmt: skip


def _known(values: FloatArray) -> list[Any]:
    """Returns the values as (nested) lists with None for NaN: a field set to None stays absent, which is "unknown"."""
    listed = values.astype(object)
    listed[np.isnan(values)] = None
    return list(listed.tolist())


def _geodetic(positions_m: FloatArray, site: Site) -> FloatArray:
    """Returns (N, 3) WGS 84 latitude, longitude (deg) and height (m) of (N, 2) site positions on the road."""
    height_m = site.road.surface.height_at(positions_m)
    return site.wire_frame.geodetic_from_site(np.column_stack([positions_m, height_m]))


def _sensor_report(report: SensorReport) -> scene_pb.SensorReport:
    return scene_pb.SensorReport(
        sensor_id=report.sensor_id,
        state=scene_pb.SensorState.Name(report.state),
        newest_unix_ns=report.newest_ns or None,
        late_total=report.late_total,
        rejected_total=report.rejected_total,
        dropped_total=report.dropped_total,
        repaired_total=report.repaired_total,
    )


def _sensor(
    sensor_id: str, kind: service_pb.SensorKind, coverage_m: FloatArray, site: Site
) -> service_pb.SensorDescription:
    corners = [
        scene_pb.Position(latitude_deg=latitude_deg, longitude_deg=longitude_deg, height_m=height_m)
        for latitude_deg, longitude_deg, height_m in _geodetic(coverage_m, site).tolist()
    ]
    return service_pb.SensorDescription(sensor_id=sensor_id, kind=kind, coverage=corners)
