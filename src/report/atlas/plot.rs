//! Plots of norm and margins along a curve, as SVG.

use maud::{Markup, PreEscaped, html};
use plotters::prelude::*;

use super::trajectory::Trajectory;
use crate::report::mathml;

/// More margins than this are not told apart by eye, and not plotted.
const SERIES: usize = 6;

/// The colours are marks for the style sheet, which has two palettes and a rule for each of these.
const AXIS: RGBColor = RGBColor(0x11, 0x11, 0x11);
const GRID: RGBColor = RGBColor(0x22, 0x22, 0x22);
const LABEL: RGBColor = RGBColor(0x33, 0x33, 0x33);
const SHADE: RGBColor = RGBColor(0x55, 0x55, 0x55);

fn series_colour(series: usize) -> RGBColor {
    RGBColor(0x44, 0x00, (series % SERIES) as u8)
}

/// Both plots, with a legend; nothing of a curve along which a value is not finite.
pub fn plots(trajectory: &Trajectory) -> Option<Markup> {
    let norms: Vec<&[f64]> = vec![&trajectory.norms];
    let margins: Vec<&[f64]> = trajectory.margins.iter().take(SERIES).map(Vec::as_slice).collect();
    let left_out = trajectory.margins.len().saturating_sub(SERIES);
    let norm_plot = plot(trajectory, &norms, 0, &told("The squared norm along the curve", trajectory, &norms))?;
    let margin_plot = plot(trajectory, &margins, 0, &told("The margins along the curve", trajectory, &margins))?;
    let until = format!("{:.4}", trajectory.until).trim_end_matches('0').trim_end_matches('.').to_string();
    Some(html! {
        p {
            "The shaded interval, up to " i { "t" } " = " (until) ", is the one that is verified, by exact polynomials. The lines \
             are floating-point evaluations, for the eye only."
        }
        div.plots {
            figure {
                (PreEscaped(norm_plot))
                figcaption {
                    @if trajectory.is_scaled {
                        "The squared norm of the point of the curve, scaled to the least margin 1; the thin line is its value at the \
                         start."
                    } @else { "The squared norm; the thin line is its value at the start." }
                }
            }
            figure {
                (PreEscaped(margin_plot))
                figcaption {
                    "The margins of the samples: "
                    @for sample in 0..margins.len() {
                        span.key {
                            svg class="plot swatch" viewBox="0 0 48 12" aria-hidden="true" { path d="M0 6H48" stroke=(mark(sample)) stroke-width="3" {} }
                            (PreEscaped(mathml::inline(&margin(sample))))
                        }
                        " "
                    }
                    @if left_out > 0 { "and " (left_out) " more that are not shown" }
                }
            }
        }
    })
}

/// What a plot shows, for those who do not see it: the ends of each line.
fn told(title: &str, trajectory: &Trajectory, series: &[&[f64]]) -> String {
    let last = trajectory.times.iter().rposition(|t| *t <= trajectory.until).unwrap_or(0);
    let ends = series.iter().map(|values| format!("from {:.4} to {:.4}", values[0], values[last]));
    format!("{title} up to t = {:.4}: {}", trajectory.times[last], ends.collect::<Vec<_>>().join("; "))
}

/// The mark by which the style sheet knows a line.
fn mark(series: usize) -> String {
    let RGBColor(r, g, b) = series_colour(series);
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn margin(sample: usize) -> crate::report::formula::Formula {
    crate::report::explain::notation::margin(sample)
}

fn plot(trajectory: &Trajectory, series: &[&[f64]], first: usize, title: &str) -> Option<String> {
    let values = || series.iter().flat_map(|series| series.iter().copied());
    if !values().all(f64::is_finite) {
        return None;
    }
    let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let pad = if high > low { 0.08 * (high - low) } else { 0.05 * high.abs().max(1.0) };
    let (low, high) = (low - pad, high + pad);
    let end = *trajectory.times.last()?;
    let mut svg = String::new();
    draw(&mut svg, trajectory, series, first, (low, high, end)).ok()?;
    let label = format!("<svg class=\"plot\" role=\"img\" aria-label=\"{}\" ", mathml::escape(title));
    Some(svg.replacen("<svg ", &label, 1))
}

type Outcome<'s> = Result<(), DrawingAreaErrorKind<<SVGBackend<'s> as DrawingBackend>::ErrorType>>;

fn draw<'s>(
    svg: &'s mut String,
    trajectory: &Trajectory,
    series: &[&[f64]],
    first: usize,
    (low, high, end): (f64, f64, f64),
) -> Outcome<'s> {
    let area = SVGBackend::with_string(svg, (480, 280)).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin(10)
        .x_label_area_size(36)
        .y_label_area_size(62)
        .build_cartesian_2d(0.0..end, low..high)?;
    let verified = Rectangle::new([(0.0, low), (trajectory.until, high)], SHADE.filled());
    chart.draw_series(std::iter::once(verified))?;
    let digits = (1.0 - (high - low).log10().floor()).clamp(0.0, 12.0) as usize;
    chart
        .configure_mesh()
        .x_desc("t")
        .x_labels(6)
        .y_labels(6)
        .y_label_formatter(&|value| format!("{value:.digits$}"))
        .x_label_formatter(&|value| format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_string())
        .axis_style(AXIS)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .label_style(("sans-serif", 14).into_font().color(&LABEL))
        .draw()?;
    for (place, values) in series.iter().enumerate() {
        let colour = series_colour(first + place);
        let start = values.first().copied().unwrap_or(0.0);
        if series.len() == 1 {
            chart.draw_series(LineSeries::new([(0.0, start), (end, start)], AXIS.stroke_width(1)))?;
        }
        let points = trajectory.times.iter().copied().zip(values.iter().copied());
        chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?;
    }
    area.present()
}
