"""A small complete site file and its road, as texts that tests change."""

from pathlib import Path

SITE = """\
# The demo junction.
format = 1
road = "road.geojson"

[site]
id = "demo"
name = "Demo junction"

[datum]
crs = "EPSG:4490"  # CGCS2000
epoch = 2000.0
latitude_deg = 31.2
longitude_deg = 121.5
height_m = 12.0
wire_epoch = 2026.0

[[camera]]
id = "cam_east"
source = "rtsp://10.0.0.2/1"
model = "yolox_nano"
width_px = 960
height_px = 540
fx_px = 480.0
fy_px = 480.0
cx_px = 479.5
cy_px = 269.5
position_m = [0.0, -8.0, 6.0]  # top of the pole
azimuth_deg = 90.0
pitch_deg = -15.0

[[radar]]
id = "radar_east"
position_m = [0.0, -8.0, 5.5]
azimuth_deg = 90.0
range_sigma_m = 0.4
azimuth_sigma_deg = 1.0
radial_speed_sigma_mps = 0.25
field_of_view_deg = 90.0
max_range_m = 120.0

[tracking]
coast_ms = 2000.0

[order]
wait_ms = 80

[sizes.car]
length_m = 4.7
"""

# 0.0001 degrees are 11.09 m to the north and 9.54 m to the east here.
ROAD = """\
{"type": "FeatureCollection", "features": [
  {"type": "Feature",
   "properties": {"kind": "lane", "id": "east_1", "width_m": 3.25, "speed_limit_kmh": 36, "note": null},
   "geometry": {"type": "LineString", "coordinates": [[121.5000, 31.2], [121.5010, 31.2]]}},
  {"type": "Feature",
   "properties": {"kind": "lane", "id": "bike", "lane_kind": "bicycle", "width_m": 1.5},
   "geometry": {"type": "LineString", "coordinates": [[121.5010, 31.20005], [121.5000, 31.20005]]}},
  {"type": "Feature",
   "properties": {"kind": "stop_line", "id": "stop_1", "lanes": ["east_1"], "signal_group": "g1"},
   "geometry": {"type": "LineString", "coordinates": [[121.5009, 31.19998], [121.5009, 31.20002]]}},
  {"type": "Feature",
   "properties": {"kind": "crossing", "id": "zebra"},
   "geometry": {"type": "Polygon", "coordinates":
     [[[121.5010, 31.1999], [121.5011, 31.1999], [121.5011, 31.2001], [121.5010, 31.2001], [121.5010, 31.1999]]]}}
]}
"""


def write(folder: Path, site: str = SITE, road: str | None = ROAD) -> Path:
    """Returns the path of a site file that was written with its road."""
    path = folder / "demo.toml"
    path.write_text(site, encoding="utf-8")
    if road is not None:
        (folder / "road.geojson").write_text(road, encoding="utf-8")
    return path
