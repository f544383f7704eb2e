"""``roadside check``: the formulas of optics, and what it prints."""

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from roadside.check import check, datum_shift_m, ground_sigma
from roadside.config.site_file import load_site
from roadside.errors import SiteFileError
from tests.config.site_texts import SITE, write


@pytest.mark.parametrize(("range_m", "along_m"), [(30.0, 0.65), (60.0, 2.5), (100.0, 7.0)])
def test_two_pixels_spread_on_the_road_as_far_as_optics_say(tmp_path: Path, range_m: float, along_m: float) -> None:
    camera = load_site(write(tmp_path)).cameras[0]  # 6 m, 960x540, 90 degrees
    sigma = ground_sigma(camera, 6.0, range_m)
    assert sigma.along_m == pytest.approx(along_m, rel=0.02)
    assert sigma.across_m == pytest.approx(2 * range_m / 480)
    assert sigma.height_m == pytest.approx(0.05 * range_m / 6)
    assert sigma.total_m > sigma.along_m


def test_a_tenth_of_a_degree_of_pitch_is_a_metre_at_60_m(tmp_path: Path) -> None:
    camera = load_site(write(tmp_path)).cameras[0]
    assert ground_sigma(camera, 6.0, 60.0).pitch_m == pytest.approx(1.06, abs=0.01)
    assert ground_sigma(camera, 6.0, 100.0).pitch_m == pytest.approx(2.9, abs=0.05)


def test_it_prints_what_the_site_is(tmp_path: Path) -> None:
    out = io.StringIO()
    site = check(write(tmp_path), Console(file=out, width=120))
    text = out.getvalue()
    for words in (
        "demo: Demo junction",
        "EPSG:4490 at 2000",
        "published as WGS 84 at 2026: +0.71 m east, -0.26 m north",
        "radar_east",
        "azimuth 90.0, pitch -15.0, roll 0.0 degrees, model yolox_nano",
        "lane east_1: driving, 95.3 m long, 3.25 m wide, 36 km/h",
        "2 lanes, 1 stop lines, 1 areas",
    ):
        assert words in text
    np.testing.assert_allclose(datum_shift_m(site), [0.705, -0.255], atol=0.01)


def test_a_bad_file_prints_nothing(tmp_path: Path) -> None:
    out = io.StringIO()
    with pytest.raises(SiteFileError, match=r"camera\[0\]\.fx_px must be positive, got -1\.0"):
        check(write(tmp_path, SITE.replace("fx_px = 480.0", "fx_px = -1.0")), Console(file=out))
    assert out.getvalue() == ""


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parent.parent.glob("sites/*/site.toml")), ids=lambda path: path.parent.name
)
def test_every_site_file_of_the_project_is_a_good_one(path: Path) -> None:
    load_site(path)


def test_the_example_of_the_documentation_is_a_good_file(tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent / "docs" / "site-file.md").read_text(encoding="utf-8")
    example = text.split("```toml\n", 1)[1].split("```", 1)[0]
    assert load_site(write(tmp_path, example)).sensor_ids == ("cam_east", "radar_east")
