"""The report of an evaluation as tables for people, 80 columns wide."""

import math

from rich.console import Console
from rich.table import Table

from roadside.display.tables import UNKNOWN, number, plain_table
from roadside.evaluation.report import Json


def print_report(report: Json, out: Console) -> None:
    """Prints every recording that could be evaluated, and all of them together where they are several."""
    judged = [entry for entry in report["recordings"] if entry["error"] is None]
    for entry in judged:
        _print_figures(f"{entry['name']} at {entry['site']}, from {entry['depth']}", entry, out)
        if entry["broken"]:
            out.print(entry["broken"], markup=False)
    if len(judged) > 1:
        failed = report["summary"]["failed"]
        lost = f", without {failed} that failed" if failed else ""
        _print_figures(f"{len(judged)} recordings together{lost}", report["summary"], out)


def _print_figures(title: str, figures: Json, out: Console) -> None:
    truth, position = figures["truth"], figures["position"]
    out.rule(title)
    out.print(
        f"truth for {truth['seconds']:.1f} of {figures['duration_s']:.1f} s, at {truth['instants']} instants, "
        f"{truth['unpublished_instants']} of them without a scene: {truth['road_users']} road users inside coverage"
    )
    out.print(_tracking_table(figures["tracking"]))
    out.print(_position_table(position))
    _print_position(position, out)
    out.print(_state_table(figures))
    _print_events(figures["events"], figures["parking"], out)
    if figures["lanes"]["passages"]:
        out.print(_lane_table(figures["lanes"]))
    if figures["ablation"]:
        out.print(_ablation_table(figures["ablation"]))
    elif figures["ablation"] is not None:
        out.print("ablation: of one sensor there is nothing to leave out")
    _print_run(figures, out)


def _tracking_table(tracking: Json) -> Table:
    names = ("hota", "deta", "assa", "loca", "mota", "idf1", "id_switches", "fragmentations")
    table = plain_table("tracking, by", "HOTA", "DetA", "AssA", "LocA", "MOTA", "IDF1", "switches", "gaps")
    table.add_row("centres, 2 m", *(number(tracking[name], 3) for name in names))
    table.add_row("bird's-eye IoU", *(number(tracking["birds_eye_iou"][name], 3) for name in names))
    return table


def _position_table(position: Json) -> Table:
    headings = ("users", "times", "recall", "RMSE", "50 %", "68 %", "95 %", "in 50", "68", "95")
    table = plain_table("position, m", *headings)
    table.add_row(*_position_row("all", position), end_section=True)
    for band in position["bands"]:
        upper = f" to {band['to_m']:.0f} m" if math.isfinite(band["to_m"]) else " m or more"
        table.add_row(*_position_row(f"{band['from_m']:.0f}{upper}", band), end_section=band is position["bands"][-1])
    for row in position["seen_by"]:
        label = "hidden" if row["seen_by"] == "hidden" else f"by {row['seen_by']}"
        table.add_row(*_position_row(label, row), end_section=row is position["seen_by"][-1])
    for row in position["classes"]:
        table.add_row(*_position_row(row["class"].replace("_", " "), row))
    return table


def _position_row(label: str, errors: Json) -> tuple[str, ...]:
    return (
        label,
        str(errors["road_users"]),
        str(errors["object_times"]),
        *(number(errors[name], 2) for name in ("recall", "rmse_m", "p50_m", "p68_m", "p95_m")),
        *(_percent(errors[name]) for name in ("inside_50", "inside_68", "inside_95")),
    )


def _print_position(position: Json, out: Console) -> None:
    consumed = position["consumed"]
    out.print(
        f"recall {number(position['recall'], 2)}{_span(position['recall_interval'])}, "
        f"RMSE {number(position['rmse_m'], 2)}{_span(position['rmse_interval_m'])} m (95 %, over road users); "
        f"precision of the tracks {number(position['precision'], 2)}. "
        "in 50, 68, 95: % of the truths inside the stated 50, 68, 95 % ellipse, where as many are right; "
        f"the one of 95 % reaches {number(position['stated_95_m'], 1)} m in the median"
    )
    out.print(
        f"as consumed, carried on to when the scene leaves the pole: RMSE {number(consumed['rmse_m'], 2)} m, "
        f"95 % below {number(consumed['p95_m'], 2)} m, at recall {number(consumed['recall'], 2)}"
    )


def _state_table(figures: Json) -> Table:
    table = plain_table("error of", "times", "recall", "mean", "95 % below", "")
    for name in ("moving", "slow", "standing"):
        errors = figures["speed"][name]
        cells = number(errors["mae_mps"], 2), number(errors["p95_mps"], 2)
        table.add_row(f"speed, {name}", *_measured(errors), *cells, "m/s")
        cells = number(errors["velocity_mae_mps"], 2), number(errors["velocity_p95_mps"], 2)
        table.add_row(f"velocity, {name}", *_measured(errors), *cells, "m/s")
    for name, label in (("moving", "heading, moving"), ("everyone", "heading, all")):
        errors = figures["heading"][name]
        cells = number(errors["mae_deg"], 1), number(errors["p95_deg"], 1)
        table.add_row(label, *_measured(errors), *cells, "degrees")
    size, kind = figures["size"], figures["road_user_class"]
    for side, mae_m in zip(("length", "width", "height"), size["mae_m"], strict=True):
        table.add_row(side, *_measured(size), number(mae_m, 2), "", "m")
    table.add_row("class", *_measured(kind), _percent(kind["accuracy"]), "", "% right")
    return table


def _measured(errors: Json) -> tuple[str, str]:
    return str(errors["object_times"]), number(errors["recall"], 2)


def _print_events(events: Json, parking: Json, out: Console) -> None:
    """Prints what is known of events and parking; without truth of them, that."""
    if events["watched_s"] > 0.0:
        out.print(
            f"events: {events['found']} of {events['true_count']} found, precision {number(events['precision'], 2)}, "
            f"delay {number(events['delay_s'], 1)} s; {events['sentence']}"
        )
    else:
        out.print("events: no truth of them")
    if math.isfinite(parking["coverage"]):
        out.print(
            f"parking: {_percent(parking['coverage'])} % decided, {_percent(parking['accuracy'])} % of them right, "
            f"transition F1 {number(parking['transition_f1'], 2)}"
        )
    else:
        out.print("parking: no truth of it")


def _lane_table(lanes: Json) -> Table:
    """Returns the lanes that somebody passed, or was said to."""
    table = plain_table("lane, at the middle of its covered part", "passed", "counted")
    for row in lanes["lanes"]:
        if row["true"] or row["counted"]:
            table.add_row(row["lane"], str(row["true"]), str(row["counted"]))
    return table


def _ablation_table(ablations: list[Json]) -> Table:
    """Returns what sets of sensors give, beside all sensors, on what the sets could see."""
    table = plain_table("sensors in use", "figure", "times", "these", "all", "difference, 95 %")
    labels = {"recall": "recall", "rmse_m": "RMSE, m", "speed_mae_mps": "speed, m/s"}
    for row in ablations:
        for name, label in labels.items():
            figure = row[name]
            table.add_row(
                row["name"] if name == "recall" else "", label, str(figure["object_times"]),
                number(figure["ablated"], 2), number(figure["full"], 2), _span(figure["interval"], "+"),
            )  # fmt: skip
    return table


def _print_run(figures: Json, out: Console) -> None:
    latency, throughput = figures["latency"], figures["throughput"]
    causes = ", ".join(f"{count} {cause.replace('_', ' ')}" for cause, count in figures["dropped"].items() if count)
    out.print(
        f"exposure to out p50 {number(latency['p50_ms'], 1)} ms, p95 {number(latency['p95_ms'], 1)} ms, "
        f"{throughput['times_real_time']:.1f} times real time on this machine; dropped: {causes or 'nothing'}"
    )


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f}" if math.isfinite(share) else UNKNOWN


def _span(interval: Json, sign: str = "") -> str:
    low, high = interval["low"], interval["high"]
    return f" [{low:{sign}.2f}, {high:{sign}.2f}]" if math.isfinite(low) else ""
