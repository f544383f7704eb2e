"""The gate against regressions: what counts as worse, and which reports may be compared at all."""

import json
import math
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from roadside.display.comparison_table import print_comparison
from roadside.errors import ReportError
from roadside.evaluation.against import Comparison, Difference, compare_reports
from roadside.evaluation.compared_figures import FIGURES, ComparedFigure, Verdict, tolerated, verdict
from roadside.evaluation.object_times import ObjectTimes
from roadside.evaluation.read_report import parsed_report
from roadside.evaluation.road_user_sums import road_user_sums
from tests.evaluation.object_time_rows import object_times
from tests.evaluation.reports import ROAD_USERS, ROWS, entry, report

FIGURE = {figure.path: figure for figure in FIGURES}


def against(old: dict[str, Any], new: dict[str, Any]) -> Comparison:
    return compare_reports(report(old, name="old.json"), report(new))


def of(comparison: Comparison, figure: str, recording: str | None = "crossing") -> Difference:
    return next(each for each in comparison.differences if (each.recording, each.figure) == (recording, figure))


def test_the_sums_of_a_road_user_are_what_its_figures_are_made_of():
    """Road user 2, a pedestrian, drives 4 m/s twice and stands once: found twice, 3 m and 4 m off.

    9 + 16 = 25 m^2; of its moving rows one is found, 0.5 m/s too slow; standing it is said to do 0.25 m/s. Road user 1,
    a car at 1 m/s, neither moves nor stands.
    """
    rows = object_times(
        4,
        road_user=[2, 2, 2, 1],
        classes=[10, 10, 10, 3],
        found=[True, False, True, True],
        speed_mps=[4.0, 4.0, 0.0, 1.0],
        speed_error_mps=[-0.5, 0.0, 0.25, 9.0],
        error_m=[(3.0, 0.0), (0.0, 0.0), (0.0, 4.0), (0.0, 0.0)],
    )

    car, pedestrian = json.loads(json.dumps(road_user_sums(rows)))

    assert pedestrian == {
        "id": 2, "class": "pedestrian", "object_times": 3, "matched": 2, "squared_error_m2": 25.0,
        "moving_rows": 1, "moving_speed_error_mps": 0.5, "standing_rows": 1, "standing_speed_error_mps": 0.25,
    }  # fmt: skip
    assert (car["id"], car["class"], car["moving_rows"], car["standing_rows"]) == (1, "car", 0, 0)
    assert road_user_sums(ObjectTimes.none()) == []


def test_a_report_is_not_worse_than_itself():
    comparison = against(entry(ROWS), entry(ROWS))

    assert not comparison.is_worse
    assert {each.verdict for each in comparison.differences} == {Verdict.WITHIN}
    assert (comparison.failed, comparison.gone, comparison.new) == ((), (), ())


def test_figures_that_neither_report_knows_are_left_out():
    assert not any(each.figure.startswith("parking") for each in against(entry(ROWS), entry(ROWS)).differences)


@pytest.mark.parametrize(
    ("path", "old", "worse", "within", "better"),
    [
        # Shares: two points, whatever the old share is.
        ("tracking.hota", 0.80, 0.779, 0.78, 0.821),
        ("position.recall", 0.10, 0.079, 0.08, 0.121),
        ("tracking.mota", -1.0, -1.03, -1.02, -0.97),
        # Errors: 2 % of 1 m; of 0.1 m it would be 2 mm, so 2 % of the floor of 0.25 m, 5 mm.
        ("position.rmse_m", 1.0, 1.021, 1.02, 0.979),
        ("position.p95_m", 0.1, 0.106, 0.105, 0.094),
        ("speed.mae_moving_mps", 0.5, 0.511, 0.51, 0.489),
        # Switches: 2 % of 10 is none; of the floor of 50 it is one. Of 200 it is four.
        ("tracking.id_switches", 10.0, 12.0, 11.0, 8.0),
        ("tracking.id_switches", 200.0, 205.0, 204.0, 195.0),
        # A delay of 0.4 s may grow by 2 % of a second.
        ("events.delay_s", 0.4, 0.43, 0.42, 0.37),
        # Told 0.4 s before it happens is as wrong as told 0.4 s after.
        ("events.delay_s", -0.4, -0.43, -0.42, -0.37),
        ("events.delay_s", -0.4, 0.43, 0.42, 0.37),
        # 0.90 is 0.05 short of the 0.95 that should lie inside: 0.97 is 0.02 too many, nearer by 0.03.
        ("position.inside_95", 0.90, 0.879, 0.88, 0.97),
        # 0.98 is 0.03 too many; 0.90 is 0.05 too few, farther by 0.02.
        ("position.inside_95", 0.98, 0.89, 0.90, 0.95),
        # Of 2 degrees 2 % of the floor of 5, 0.1; of lane counts that are 20 % off, two hundredths of the true count.
        ("heading.moving.mae_deg", 2.0, 2.11, 2.1, 1.89),
        ("lanes.total_error_percent", 20.0, 22.1, 22.0, 17.9),
        ("speed.moving.velocity_mae_mps", 0.1, 0.106, 0.105, 0.094),
        # Of what was dropped and of instants without a scene one more is let pass.
        ("drops", 2.0, 4.0, 3.0, 0.0),
        ("truth.unpublished_instants", 2.0, 4.0, 3.0, 0.0),
    ],
)
def test_worse_is_worse_by_more_than_the_tolerance(path, old, worse, within, better):
    verdicts = [verdict(FIGURE[path], old, new, 0.02) for new in (worse, within, old, better)]

    assert verdicts == [Verdict.WORSE, Verdict.WITHIN, Verdict.WITHIN, Verdict.BETTER]


def test_a_figure_that_is_no_longer_known_is_worse_and_a_new_one_cannot_be_compared():
    hota = FIGURE["tracking.hota"]

    assert verdict(hota, 0.5, math.nan, 0.02) is Verdict.WORSE
    assert verdict(hota, math.nan, 0.5, 0.02) is Verdict.NOT_COMPARABLE
    assert math.isnan(tolerated(hota, math.nan, 0.02))


def test_a_wider_tolerance_lets_more_pass():
    share = ComparedFigure("tracking.hota", 1.0, 1.0)

    assert verdict(share, 0.8, 0.75, 0.02) is Verdict.WORSE
    assert verdict(share, 0.8, 0.75, 0.05) is Verdict.WITHIN


def test_one_worse_figure_makes_the_report_worse():
    comparison = against(entry(ROWS), entry(ROWS, position={"rmse_m": 1.5}, tracking={"hota": 0.9}))

    rmse = of(comparison, "position.rmse_m")
    assert comparison.is_worse
    assert (rmse.old, rmse.new, rmse.tolerance, rmse.verdict) == (1.0, 1.5, 0.02, Verdict.WORSE)
    assert of(comparison, "tracking.hota").verdict is Verdict.BETTER


def test_better_figures_do_not_make_up_for_nothing_worse():
    assert not against(entry(ROWS), entry(ROWS, position={"rmse_m": 0.5}, tracking={"hota": 0.9})).is_worse


def test_a_figure_that_became_null_makes_the_report_worse():
    old, new = entry(ROWS), entry(ROWS, events={"recall": None})

    assert of(against(old, new), "events.recall").verdict is Verdict.WORSE
    assert against(old, new).is_worse
    assert of(against(new, old), "events.recall").verdict is Verdict.NOT_COMPARABLE
    assert not against(new, old).is_worse


@pytest.mark.parametrize(
    ("worse", "path"),
    [
        ({"tracking": {"birds_eye_iou": {"hota": 0.3}}}, "tracking.birds_eye_iou.hota"),
        ({"position": {"precision": 0.8}}, "position.precision"),
        ({"position": {"inside_95": 1.0 - 0.3}}, "position.inside_95"),
        ({"speed": {"moving": {"velocity_mae_mps": 0.7}}}, "speed.moving.velocity_mae_mps"),
        ({"heading": {"moving": {"mae_deg": 5.0}}}, "heading.moving.mae_deg"),
        ({"road_user_class": {"accuracy": 0.7}}, "road_user_class.accuracy"),
        ({"lanes": {"total_error_percent": 30.0}}, "lanes.total_error_percent"),
        ({"truth": {"unpublished_instants": 5}}, "truth.unpublished_instants"),
        ({"drops": 5}, "drops"),
    ],
)
def test_nothing_that_got_worse_goes_unnoticed(worse, path):
    comparison = against(entry(ROWS), entry(ROWS, **worse))

    assert [each.figure for each in comparison.differences if each.verdict is Verdict.WORSE] == [path]
    assert comparison.is_worse


def test_a_block_that_is_null_knows_none_of_its_figures():
    old, new = entry(ROWS), entry(ROWS)
    new["events"] = None
    new["tracking"]["birds_eye_iou"] = None
    new["heading"] = None

    comparison = compare_reports(report(old), parsed_report({"recordings": [new], "summary": old}, "new.json"))

    for path in ("events.precision", "tracking.birds_eye_iou.hota", "heading.moving.mae_deg"):
        assert of(comparison, path).verdict is Verdict.WORSE


def test_differences_of_sums_carry_an_interval_over_road_users():
    """All ten road users are off by 1 m before and 2 m after, at 10 m/s by 0.5 m/s less: sure differences.

    The speed of who stands is not known, and HOTA is no sum over road users: they have no interval.
    """
    before = object_times(100, road_user=ROAD_USERS, error_m=(1.0, 0.0), speed_error_mps=1.0)
    after = object_times(100, road_user=ROAD_USERS, error_m=(0.0, 2.0), speed_error_mps=0.5)

    comparison = against(entry(before), entry(after))

    rmse, moving = of(comparison, "position.rmse_m").interval, of(comparison, "speed.mae_moving_mps").interval
    assert (rmse.low, rmse.high) == (1.0, 1.0)
    assert (moving.low, moving.high) == (-0.5, -0.5)
    assert math.isnan(of(comparison, "speed.mae_standing_mps").interval.low)
    assert math.isnan(of(comparison, "tracking.hota").interval.low)


def test_a_loss_of_one_road_user_of_ten_may_be_chance():
    """A draw of ten misses that one with a chance of 0.9^10 = 35 %: the interval of the difference reaches 0."""
    lost = object_times(100, road_user=ROAD_USERS, found=ROAD_USERS != 3)

    recall = of(against(entry(ROWS), entry(lost, position={"recall": 0.8})), "position.recall")

    assert recall.verdict is Verdict.WORSE
    assert recall.interval.low < -0.1
    assert recall.interval.high == 0.0


def test_the_order_of_road_users_in_the_file_does_not_matter():
    turned = entry(ROWS)
    turned["road_users"] = turned["road_users"][::-1]

    assert not against(entry(ROWS), turned).is_worse


def test_the_summary_is_compared_over_the_road_users_of_all_recordings():
    """Of two recordings with one road user each neither has an interval; together they have two road users."""
    one = object_times(10)
    off = object_times(10, error_m=(1.0, 0.0))
    old = report(entry(one, "a"), entry(one, "b"), name="old.json")
    new = report(entry(off, "a"), entry(off, "b"), tracking={"hota": 0.7})

    comparison = compare_reports(old, new)

    assert of(comparison, "tracking.hota", None).verdict is Verdict.WORSE
    assert math.isnan(of(comparison, "position.rmse_m", "a").interval.low)
    assert of(comparison, "position.rmse_m", None).interval.low == 1.0


def test_a_recording_that_fails_now_and_did_not_before_is_worse():
    failed = {"name": "b", "error": "b.mcap: must have truth, got none", "depth": "sensors"}
    old = report(entry(ROWS, "a"), entry(ROWS, "b"))

    comparison = compare_reports(old, report(entry(ROWS, "a"), failed))

    assert comparison.failed == ("b",)
    assert comparison.is_worse
    assert (comparison.gone, comparison.new) == ((), ())


def test_a_recording_that_fails_still_or_works_at_last_is_not_worse():
    failed = {"name": "b", "error": "b.mcap: must have truth, got none", "depth": "sensors"}
    old = report(entry(ROWS, "a"), failed)

    assert not compare_reports(old, old).is_worse
    at_last = compare_reports(old, report(entry(ROWS, "a"), entry(ROWS, "b")))
    assert (at_last.new, at_last.is_worse) == (("b",), False)


def test_the_summary_of_a_single_recording_says_nothing_new():
    comparison = compare_reports(report(entry(ROWS, "a")), report(entry(ROWS, "a")))

    assert {difference.recording for difference in comparison.differences} == {"a"}


def test_recordings_that_came_and_went_are_named_and_the_summaries_are_of_something_else():
    comparison = compare_reports(
        report(entry(ROWS, "a"), entry(ROWS, "b")), report(entry(ROWS, "a"), entry(ROWS, "c"), tracking={"hota": 0.1})
    )

    assert (comparison.gone, comparison.new, comparison.failed) == (("b",), ("c",), ())
    assert {each.recording for each in comparison.differences} == {"a"}


def test_a_run_that_leaves_a_recording_out_is_worse_unless_that_could_not_be_evaluated():
    old, failed = report(entry(ROWS, "a"), entry(ROWS, "b")), {"name": "b", "error": "no truth", "depth": "sensors"}

    assert compare_reports(old, report(entry(ROWS, "a"))).is_worse
    still = compare_reports(report(entry(ROWS, "a"), failed), report(entry(ROWS, "a")))
    assert (still.gone, still.is_worse) == ((), False)


@pytest.mark.parametrize(
    ("entries", "got"),
    [
        ([entry(ROWS, "b"), entry(ROWS, "c")], "b, c"),
        ([entry(ROWS, "b"), {"name": "a", "error": "no truth", "depth": "sensors"}], "b"),
    ],
)
def test_reports_without_a_recording_in_common_are_not_compared(entries, got):
    with pytest.raises(ReportError) as refused:
        compare_reports(report(entry(ROWS, "a"), name="old.json"), report(*entries))

    assert str(refused.value) == f"new.json: wanted a recording of old.json among those evaluated, got {got}"


def test_a_report_that_evaluated_nothing_is_not_compared():
    failed = {"name": "a", "error": "no truth", "depth": "sensors"}
    nothing = parsed_report({"recordings": [failed], "summary": entry(ROWS)}, "new.json")

    with pytest.raises(ReportError, match=r"among those evaluated, got none$"):
        compare_reports(nothing, nothing)


def printed(comparison: Comparison) -> list[str]:
    out = StringIO()
    print_comparison(comparison, Console(file=out, width=120))
    return out.getvalue().splitlines()


def test_the_last_line_says_how_many_figures_could_not_be_compared():
    """Of the 25 figures the three of parking are known to neither: 22 are left."""
    unknown, known = entry(ROWS, events={"delay_s": None}), entry(ROWS)

    assert printed(against(unknown, known))[-1] == (
        "not worse than the old report: 0 of 22 figures by more than their tolerance, 1 not comparable"
    )
    assert printed(against(known, unknown))[-1] == (
        "worse than the old report: 1 of 22 figures by more than their tolerance"
    )


def test_a_recording_that_is_gone_is_printed_as_a_reason():
    lines = printed(compare_reports(report(entry(ROWS, "a"), entry(ROWS, "b")), report(entry(ROWS, "a"))))

    assert lines[-2] == "b: could be evaluated before, and is not in this run"
    assert lines[-1].startswith("worse than the old report: 0 of 22 figures")


def test_a_recording_with_another_truth_is_another_recording():
    fewer, others = object_times(90, road_user=ROAD_USERS[:90]), object_times(100, road_user=ROAD_USERS + 1)

    with pytest.raises(ReportError) as refused:
        against(entry(ROWS), entry(fewer))
    assert str(refused.value) == (
        "new.json: recording 'crossing' must have the truth of the one in old.json (10 road users, 100 object-times), "
        "got another (9 road users, 90 object-times)"
    )
    with pytest.raises(ReportError, match="got another"):
        against(entry(ROWS), entry(others))


def test_a_replay_from_another_depth_is_not_compared():
    with pytest.raises(ReportError) as refused:
        against(entry(ROWS), entry(ROWS, depth="detections"))

    assert str(refused.value) == (
        "new.json: recording 'crossing' must be replayed from sensors as in old.json, got detections"
    )
