//! Plots of how norm and margins change along a curve, as SVG.

use maud::{Markup, html};

use super::axis::Axis;
use super::trajectory::Trajectory;
use crate::words::count;

/// More margins than this are not told apart by eye, and not plotted.
const SERIES: usize = 6;

/// The size of a plot.
const SIZE: (f64, f64) = (480.0, 280.0);
/// The room above, right of, and below the lines.
const ROOM: (f64, f64, f64) = (30.0, 18.0, 46.0);
/// The width of a digit, and what lies between a label and its tick.
const DIGIT: (f64, f64) = (9.0, 10.0);

/// Both plots, with a legend.
pub fn plots(trajectory: &Trajectory) -> Markup {
    let norm = [("".to_string(), &trajectory.norm[..])];
    let margins = trajectory.active.iter().take(SERIES);
    let margins: Vec<(String, &[f64])> =
        margins.map(|(sample, values)| (format!("sample {sample}"), &values[..])).collect();
    let left_out = trajectory.active.len().saturating_sub(SERIES);
    let until = trajectory.times.last().copied().unwrap_or(0.0);
    html! {
        p {
            "On the whole interval shown, up to " i { "t" } " = " (short(until)) ", the proof below verifies the signs with exact \
             polynomials. The lines are their values rounded, for the eye."
        }
        div.plots {
            figure {
                (plot("Change of the squared norm along the curve", trajectory, &norm))
                figcaption {
                    @if trajectory.is_scaled {
                        "What is added to the squared norm of the point, the curve being scaled to the least margin 1: below 0 \
                         the points are better."
                    } @else { "What is added to the squared norm: below 0 the points are better." }
                }
            }
            @if !margins.is_empty() {
                figure {
                    (plot("Margins along the curve, less 1", trajectory, &margins))
                    figcaption {
                        "What is added to the margins that are 1 at the point"
                        @if trajectory.is_scaled { ": " } @else { ", where at least 0 is feasible: " }
                        @for (place, (name, _)) in margins.iter().enumerate() {
                            span.key {
                                svg.plot.swatch viewBox="0 0 48 12" aria-hidden="true" { path class={ "series s" (place) } d="M0 6H48" {} }
                                (name)
                            }
                            " "
                        }
                        @if left_out > 0 { "and " (left_out) " more that are not shown" }
                    }
                }
            }
        }
        @if !trajectory.slack.is_empty() { p.note { (slack(&trajectory.slack)) } }
    }
}

/// The margins that are not plotted, in words.
fn slack(slack: &[(usize, f64, f64)]) -> String {
    let told = slack.iter().take(SERIES).map(|(sample, from, to)| format!("sample {sample} {from:.4} to {to:.4}"));
    let told = told.collect::<Vec<_>>().join(", ");
    let more = slack.len().saturating_sub(SERIES);
    let more = if more > 0 { format!(", and {} more", count(more, "sample")) } else { String::new() };
    format!("Margins greater than 1 at the point, from there to the end: {told}{more}.")
}

/// Four digits, with an exponent only where it is needed.
pub(super) fn short(value: f64) -> String {
    if value == 0.0 || (0.001..10_000.0).contains(&value.abs()) {
        let text = format!("{value:.4}");
        return text.trim_end_matches('0').trim_end_matches('.').to_string();
    }
    let text = format!("{value:.3e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    format!("{} × 10{}", mantissa.trim_end_matches('0').trim_end_matches('.'), raised(exponent))
}

/// An exponent in raised digits.
fn raised(exponent: &str) -> String {
    let raise = |c: char| match c.to_digit(10) {
        Some(digit) => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][digit as usize],
        None => '⁻',
    };
    exponent.chars().map(raise).collect()
}

fn unit(exponent: i32) -> String {
    if exponent == 0 { String::new() } else { format!(" × 10{}", raised(&exponent.to_string())) }
}

fn plot(title: &str, trajectory: &Trajectory, series: &[(String, &[f64])]) -> Markup {
    let values = || series.iter().flat_map(|(_, values)| values.iter().copied());
    let (low, high) = values().fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    let pad = if high > low { 0.06 * (high - low) } else { 1.0 };
    let (low, high) = (
        if low < 0.0 || high <= low { low - pad } else { low },
        if high > 0.0 || high <= low { high + pad } else { high },
    );
    let end = trajectory.times.last().copied().unwrap_or(1.0);
    let (x_axis, y_axis) = (Axis::of(0.0, end), Axis::of(low, high));
    let longest = y_axis.ticks.iter().map(|(_, label)| label.len()).max().unwrap_or(1);
    let left = DIGIT.0 * longest as f64 + DIGIT.1 + 6.0;
    let (right, bottom) = (SIZE.0 - ROOM.1, SIZE.1 - ROOM.2);
    let x = |t: f64| left + (right - left) * t / end;
    let y = |value: f64| bottom - (bottom - ROOM.0) * (value - low) / (high - low);
    let path = |values: &[f64]| {
        let points = trajectory.times.iter().zip(values).map(|(t, value)| format!("{:.2} {:.2}", x(*t), y(*value)));
        format!("M{}", points.collect::<Vec<_>>().join("L"))
    };
    let told: Vec<String> = series
        .iter()
        .map(|(name, values)| {
            let last = values.last().copied().unwrap_or(0.0);
            format!("{name}{}from 0 to {}", if name.is_empty() { "" } else { " " }, short(last))
        })
        .collect();
    let label = format!("{title}, up to t = {}: {}", short(end), told.join("; "));
    html! {
        svg.plot viewBox=(format!("0 0 {} {}", SIZE.0, SIZE.1)) width=(SIZE.0) height=(SIZE.1) role="img" aria-label=(label) {
            @for (value, label) in &y_axis.ticks {
                line.grid x1=(left) x2=(right) y1=(format!("{:.2}", y(*value))) y2=(format!("{:.2}", y(*value))) {}
                text.tick.y x=(left - DIGIT.1) y=(format!("{:.2}", y(*value) + 4.5)) { (label.replace('-', "−")) }
            }
            @for (value, label) in &x_axis.ticks {
                line.grid x1=(format!("{:.2}", x(*value))) x2=(format!("{:.2}", x(*value))) y1=(bottom) y2=(bottom + 5.0) {}
                text.tick.x x=(format!("{:.2}", x(*value))) y=(bottom + 20.0) { (label) }
            }
            line.zero x1=(left) x2=(right) y1=(format!("{:.2}", y(0.0))) y2=(format!("{:.2}", y(0.0))) {}
            line.axis x1=(left) x2=(left) y1=(ROOM.0) y2=(bottom) {}
            text.tick x="4" y="16" { "change" (unit(y_axis.exponent)) }
            text.tick.x x=((left + right) / 2.0) y=(SIZE.1 - 8.0) { tspan font-style="italic" { "t" } (unit(x_axis.exponent)) }
            @for (place, (_, values)) in series.iter().enumerate() { path class={ "series s" (place) } d=(path(values)) {} }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_at_any_scale() {
        let written = [0.0, 1.0, 0.25, -0.001, 1.0 / 3.0, 1e-9, -2.5e-10, 123456.0].map(short);
        assert_eq!(written, ["0", "1", "0.25", "-0.001", "0.3333", "1 × 10⁻⁹", "-2.5 × 10⁻¹⁰", "1.235 × 10⁵"]);
    }
}
