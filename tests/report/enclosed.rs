//! What is told of an enclosed KKT point, and its picture: hyperplanes pass through the samples at whose kinks they are held.

use crate::scratch::{Scratch, argument};

/// The value of an attribute of each element that begins so.
fn numbers(page: &str, element: &str, attributes: &[&str]) -> Vec<Vec<f64>> {
    let of = |rest: &str, name: &str| -> f64 {
        let value = rest.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next());
        value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no number {name} in {rest}"))
    };
    let elements = page.split(element).skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    elements.map(|rest| attributes.iter().map(|name| of(rest, name)).collect()).collect()
}

/// The figure of the enclosed point in the page that explains a certificate.
fn figure(scratch: &Scratch, certificate: &str) -> String {
    let run = scratch.run(&["explain", certificate, "--format", "html"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let (_, after) = run.stdout.split_once("The exact KKT point</h2>").expect("a section");
    after.split_once("</figure>").expect("a figure").0.to_string()
}

/// How many lines there are, how many samples on the margin, and for each of those on how many lines it lies.
fn seen(figure: &str) -> (usize, Vec<usize>) {
    // A direction's line comes first in its group.
    let lines = figure
        .split("<g class=\"hyperplane")
        .skip(1)
        .map(|group| numbers(group, "<line", &["x1", "y1", "x2", "y2"]).swap_remove(0));
    let lines: Vec<_> = lines.collect();
    let active = figure.split("active\">").skip(1).map(|group| numbers(group, "<circle", &["cx", "cy"]).swap_remove(0));
    let on = |line: &&Vec<f64>, point: &[f64]| {
        let (a, b) = (line[2] - line[0], line[3] - line[1]);
        ((point[0] - line[0]) * b - (point[1] - line[1]) * a).abs() / a.hypot(b) < 0.05
    };
    (lines.len(), active.map(|point| lines.iter().filter(|line| on(line, &point)).count()).collect())
}

#[test]
fn hyperplanes_pass_through_the_samples_of_held_kinks() {
    let figure = figure(&Scratch::new(), &argument("tests/nearby/enclosed-global.json"));
    assert_eq!(seen(&figure), (2, vec![1, 1]));
    assert_eq!(figure.matches("hyperplane negative").count(), 1);
    assert!(figure.contains("sample 0, label +1, on the margin, at a held kink"), "{figure}");
}

#[test]
fn a_constant_input_moves_the_hyperplanes() {
    let data = "-0.8,-1.32,1,-1\n-0.25,0.42,1,1\n1.14,0.11,1,1\n-0.55,-0.78,1,-1\n0.75,1.63,1,-1\n0.27,-1.23,1,-1\n-0.96,1.6,1,-1\n\
                0.2,-1.73,1,-1\n-0.08,-1.16,1,-1\n-0.63,-0.49,1,1\n-0.71,0.55,1,-1\n-0.06,-0.59,1,1\n";
    let model = "[[[-0.46, 1.45, 0.21], [-0.46, -0.56, 0.09], [-0.05, 0.93, 1.0], [0.0, 0.0, 0.0]], [[-1.51, -0.68, 1.21, 0.0]]]";
    let scratch = Scratch::new();
    scratch.write("model.json", model);
    scratch.write("data.csv", data);
    let run = scratch.run(&["polish", "model.json", "data.csv", "-o", "certificate.json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let (lines, mut on) = seen(&figure(&scratch, "certificate.json"));
    on.sort_unstable();
    assert_eq!((lines, on), (3, vec![0, 0, 0, 0, 1, 1]));
}

#[test]
fn it_is_told_how_many_kinks_are_held() {
    let cases = [
        ("gaussian-relu-convolution", "No kink is held."),
        ("iris-relu-setosa-virginica", "One kink is held: the preactivation is exactly 0"),
        ("gaussian-relu-sparse", "4 kinks are held: the preactivation is exactly 0"),
    ];
    for (name, told) in cases {
        let run = Scratch::new().run(&["explain", &argument(&format!("proofs/trained/{name}.json"))]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        let words: Vec<&str> = run.stdout.split_whitespace().collect();
        assert!(words.join(" ").contains(told), "{}", run.stdout);
    }
}
