//! Charts as SVG of our own: bars and a line, told apart by filling and shape and
//! not by colour. Numbers are placed with one decimal, so that the same figures
//! give the same bytes.

use super::html::escaped;
use super::language::Language;
use std::fmt::Write;

/// Width of a chart in units of the drawing.
const WIDTH: f64 = 300.0;
/// Height of charts with a vertical axis.
const HEIGHT: f64 = 180.0;
/// Space for the figures of the axis, the legend and the years.
const LEFT: f64 = 44.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 22.0;

/// Figures over years, one or two a year.
pub(super) struct Years<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) years: &'a [u32],
    /// Names and figures; the first is filled, the second hatched.
    pub(super) series: &'a [(&'a str, Vec<f64>)],
    pub(super) language: Language,
}

/// Named figures, one of them the reader's own.
pub(super) struct Ranking<'a> {
    pub(super) title: &'a str,
    /// Name, figure, and what is written at the bar's end.
    pub(super) rows: &'a [(String, f64, String)],
    pub(super) own: usize,
    pub(super) id: &'a str,
}

/// Step of the axis: 1, 2 or 5 times a power of ten, so that there are at most
/// five of them.
fn step(max: f64) -> f64 {
    let mut step = 1.0;
    for _ in 0..40 {
        for factor in [1.0, 2.0, 5.0] {
            if max <= step * factor * 5.0 {
                return step * factor;
            }
        }
        step *= 10.0;
    }
    step
}

impl Years<'_> {
    /// Bars side by side.
    pub(super) fn bars(&self) -> String {
        let mut svg = self.frame();
        let max = self.max();
        let slot = self.slot();
        let count = self.series.len().max(1);
        #[expect(clippy::cast_precision_loss, reason = "one or two")]
        let width = slot * 0.76 / count as f64;
        for (number, (_, figures)) in self.series.iter().enumerate() {
            for (at, figure) in figures.iter().enumerate() {
                #[expect(clippy::cast_precision_loss, reason = "a place in a short list")]
                let x = LEFT + slot * at as f64 + slot * 0.12 + width * number as f64;
                let (y, height) = self.bar(*figure, max);
                let fill = self.fill(number);
                let _ = writeln!(
                    svg,
                    "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" \
                     fill=\"{fill}\" stroke=\"#000\" stroke-width=\"0.8\"/>"
                );
            }
        }
        self.legend(&mut svg);
        svg + "</svg>"
    }

    /// A line from point to point, with a dot at each and the last one's figure.
    pub(super) fn line(&self) -> String {
        let mut svg = self.frame();
        let max = self.max();
        let slot = self.slot();
        let Some((_, figures)) = self.series.first() else { return svg + "</svg>" };
        #[expect(clippy::cast_precision_loss, reason = "a place in a short list")]
        let points: Vec<(f64, f64)> = figures
            .iter()
            .enumerate()
            .map(|(at, figure)| (LEFT + slot * (at as f64 + 0.5), self.bar(*figure, max).0))
            .collect();
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"#000\" stroke-width=\"1.8\"/>",
            path.join(" ")
        );
        for (x, y) in &points {
            let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.2\" fill=\"#000\"/>");
        }
        if let (Some((x, y)), Some(last)) = (points.last(), figures.last()) {
            let places = if last.fract() == 0.0 { 0 } else { 1 };
            let text = self.language.decimal(*last, places);
            let _ = writeln!(
                svg,
                "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"end\" font-weight=\"bold\">{text}</text>",
                (y - 7.0).max(10.0)
            );
        }
        svg + "</svg>"
    }

    /// The drawing's beginning: pattern, axis, lines and years.
    fn frame(&self) -> String {
        let mut svg = begin(self.id, self.title, HEIGHT);
        let max = self.max();
        let step = step(max);
        let mut tick = 0.0;
        while tick <= max + step * 0.001 {
            let y = self.bar(tick, max).0;
            let text = self.language.decimal(tick, 0);
            let (right, of) = (WIDTH - 4.0, if tick == 0.0 { "#000" } else { "#bbb" });
            let _ = writeln!(
                svg,
                "<path d=\"M{LEFT:.1} {y:.1}H{right:.1}\" stroke=\"{of}\" stroke-width=\"0.8\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
                LEFT - 5.0,
                y + 3.8
            );
            tick += step;
        }
        let slot = self.slot();
        let every = self.years.len().div_ceil(6).max(1);
        for (at, year) in self.years.iter().enumerate() {
            if (self.years.len() - 1 - at).is_multiple_of(every) {
                #[expect(clippy::cast_precision_loss, reason = "a place in a short list")]
                let x = LEFT + slot * (at as f64 + 0.5);
                let y = HEIGHT - 7.0;
                let _ = writeln!(
                    svg,
                    "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{year}</text>"
                );
            }
        }
        svg
    }

    fn legend(&self, svg: &mut String) {
        let mut x = LEFT;
        for (number, (name, _)) in self.series.iter().enumerate() {
            let fill = self.fill(number);
            let _ = writeln!(
                svg,
                "<rect x=\"{x:.1}\" y=\"4\" width=\"14\" height=\"10\" fill=\"{fill}\" \
                 stroke=\"#000\" stroke-width=\"0.8\"/><text x=\"{:.1}\" y=\"13\">{}</text>",
                x + 19.0,
                escaped(name)
            );
            #[expect(clippy::cast_precision_loss, reason = "letters of a name")]
            let letters = name.chars().count() as f64;
            x += 38.0 + letters * 7.0;
        }
    }

    fn fill(&self, number: usize) -> String {
        if number == 0 { "#000".into() } else { format!("url(#{}-hatch)", self.id) }
    }

    /// The top of the axis: a whole number of steps.
    fn max(&self) -> f64 {
        let max = self.series.iter().flat_map(|(_, figures)| figures).copied().fold(0.0, f64::max);
        let step = step(max);
        ((max / step).ceil() * step).max(1.0)
    }

    fn slot(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "some years")]
        let years = self.years.len().max(1) as f64;
        (WIDTH - LEFT - 4.0) / years
    }

    /// Where a bar begins, and its height.
    fn bar(&self, figure: f64, max: f64) -> (f64, f64) {
        let height = (HEIGHT - TOP - BOTTOM) * figure / max;
        (HEIGHT - BOTTOM - height, height)
    }
}

impl Ranking<'_> {
    /// Bars from left to right, the own one filled.
    pub(super) fn draw(&self) -> String {
        const ROW: f64 = 20.0;
        const NAMES: f64 = 122.0;
        #[expect(clippy::cast_precision_loss, reason = "a dozen rows")]
        let height = ROW * self.rows.len() as f64 + 4.0;
        let mut svg = begin(self.id, self.title, height);
        let max = self.rows.iter().map(|row| row.1).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
        for (at, (name, figure, text)) in self.rows.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a dozen rows")]
            let y = ROW * at as f64 + 2.0;
            let width = (WIDTH - NAMES - 58.0) * figure / max;
            let (fill, weight) = if at == self.own {
                ("#000".to_owned(), " font-weight=\"bold\"")
            } else {
                (format!("url(#{}-hatch)", self.id), "")
            };
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\"{weight}>{}</text>\
                 <rect x=\"{NAMES:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"13\" \
                 fill=\"{fill}\" stroke=\"#000\" stroke-width=\"0.8\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\"{weight}>{}</text>",
                NAMES - 6.0,
                y + 12.5,
                escaped(name),
                y + 2.0,
                NAMES + width + 6.0,
                y + 12.5,
                escaped(text),
            );
        }
        svg + "</svg>"
    }
}

/// The element, what it is called, and the pattern of lines.
fn begin(id: &str, title: &str, height: f64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" \
         width=\"{WIDTH:.0}\" height=\"{height:.0}\" role=\"img\" aria-labelledby=\"{id}-title\" \
         font-family=\"Liberation Sans, Arial, Helvetica, sans-serif\" font-size=\"12\">\n\
         <title id=\"{id}-title\">{}</title>\n\
         <defs><pattern id=\"{id}-hatch\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect width=\"4\" height=\"4\" fill=\"#fff\"/>\
         <path d=\"M0 0V4\" stroke=\"#000\" stroke-width=\"1.4\"/></pattern></defs>\n",
        escaped(title)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_has_few_round_steps() {
        for (max, expected) in [(0.0, 1.0), (5.0, 1.0), (6.0, 2.0), (26.0, 10.0), (1345.0, 500.0)] {
            assert!((step(max) - expected).abs() < 1e-9, "{max}: {}", step(max));
        }
        assert!(step(f64::MAX).is_finite());
    }

    #[test]
    fn bars_are_as_high_as_their_figures_and_nothing_is_coloured() {
        let series = [("IPv6", vec![0.0, 5.0, 10.0]), ("IPv4", vec![10.0, 0.0, 0.0])];
        let years = Years {
            id: "a",
            title: "new & old",
            years: &[2020, 2021, 2022],
            series: &series,
            language: Language::En,
        };
        let svg = years.bars();
        assert!(svg.contains("new &amp; old") && svg.ends_with("</svg>"));
        let full = HEIGHT - TOP - BOTTOM;
        assert_eq!(svg.matches(&format!("height=\"{full:.1}\"")).count(), 2);
        assert_eq!(svg.matches(&format!("height=\"{:.1}\"", full / 2.0)).count(), 1);
        for colour in svg
            .split('#')
            .skip(1)
            .filter(|after| after.starts_with(|c: char| c.is_ascii_hexdigit()))
        {
            let shade: String = colour.chars().take_while(char::is_ascii_hexdigit).collect();
            // The identifier of the pattern begins with a letter of its own.
            assert!(["000", "fff", "bbb", "a"].contains(&&*shade), "{shade}");
        }
        assert!(!svg.contains("\n\n"), "an empty line ends an element in Markdown");
    }
}
