//! Files, devices, coordinates, emoji and user agents.

use regex::Regex;
use shopsim::value::Literal;

use super::{compile, compiled, distinct, draw, named, text, texts};

fn refused(provider: &str, params: &[(&str, Literal)]) -> bool {
    compile(provider, &named(params)).is_err()
}

#[test]
fn files_end_as_their_category_or_the_config_says() {
    let audio = [("category", text("audio"))];
    assert_eq!(distinct(draw("file_extension", &audio, 300)), ["flac", "mp3", "wav"]);
    let ogg = [("category", text("audio")), ("extension", text("ogg"))];
    assert!(draw("file_name", &ogg, 300).iter().all(|name| name.ends_with(".ogg")));
    let none = [("extension", text(""))];
    assert!(draw("file_name", &none, 300).iter().all(|name| !name.contains('.')));
    assert!(draw("file_path", &[("extension", texts(&[]))], 300).iter().all(|path| !path.contains('.')));
    assert!(refused("file_name", &[("category", text("Audio"))]));
    let images = draw("mime_type", &[("category", text("image"))], 300);
    assert!(images.iter().all(|kind| kind.starts_with("image/")));
}

#[test]
fn paths_have_their_depth_and_their_systems_separator() {
    let path = |params: &[(&str, Literal)], shape: &str| {
        let shape = Regex::new(shape).unwrap();
        let most = compiled("file_path", params).max_chars.expect("a bound") as usize;
        for path in draw("file_path", params, 500) {
            assert!(shape.is_match(&path) && path.len() <= most, "{path}");
        }
    };
    let (deep, flat) = (("depth", Literal::Int(3)), ("depth", Literal::Int(0)));
    path(std::slice::from_ref(&deep), r"^(/[a-z]+){4}\.[a-z0-9]+$");
    path(&[flat, ("absolute", Literal::Bool(false))], r"^[a-z]+\.[a-z0-9]+$");
    path(&[deep, ("file_system_rule", text("windows"))], r"^C:(\\[a-z]+){4}\.[a-z0-9]+$");
    assert!(refused("file_path", &[("depth", Literal::Int(-1))]));
    assert!(refused("file_path", &[("file_system_rule", text("mac"))]));
}

#[test]
fn devices_have_the_prefix_that_was_asked_for() {
    let shape = Regex::new(r"^/dev/mmcblk[a-z]\d$").unwrap();
    let partitions = draw("unix_partition", &[("prefix", text("mmcblk"))], 300);
    assert!(partitions.iter().all(|device| shape.is_match(device)));
    assert_eq!(distinct(draw("unix_device", &[], 5_000)).len(), 3 * 26);
}

#[test]
fn coordinates_stay_within_their_ranges() {
    let within = |provider, params: &[(&str, Literal)], low: f64, high: f64| {
        let values: Vec<f64> =
            draw(provider, params, 20_000).iter().map(|value| value.parse().unwrap()).collect();
        let least = values.iter().copied().fold(f64::MAX, f64::min);
        let most = values.iter().copied().fold(f64::MIN, f64::max);
        let edge = (high - low) / 500.0;
        assert!(low <= least && least < low + edge && high - edge < most && most <= high, "{least} {most}");
    };
    within("latitude", &[], -90.0, 90.0);
    within("longitude", &[], -180.0, 180.0);
    let istanbul = ("center", Literal::Float(41.015137));
    within("coordinate", std::slice::from_ref(&istanbul), 41.014137, 41.016137);
    within("coordinate", &[istanbul, ("radius", Literal::Int(2))], 39.015137, 43.015137);
    assert!(refused("coordinate", &[("center", Literal::Float(180.5))]));
    assert!(refused("coordinate", &[("radius", Literal::Int(-1))]));
    assert!(refused("coordinate", &[("radius", Literal::Float(0.000_000_1))]));
}

#[test]
fn emoji_and_user_agents_vary() {
    assert!(distinct(draw("emoji", &[], 10_000)).len() > 250);
    assert!(distinct(draw("user_agent", &[], 4_000)).len() > 3_000);
}

#[test]
fn a_chrome_has_the_version_and_the_build_that_were_asked_for() {
    let params = [
        ("version_from", Literal::Int(120)),
        ("version_to", Literal::Int(121)),
        ("build_from", Literal::Int(6_000)),
        ("build_to", Literal::Int(6_000)),
    ];
    let shape = Regex::new(r" (?:Chrome|CriOS)/12[01]\.0\.6000\.0 ").unwrap();
    assert!(draw("chrome", &params, 500).iter().all(|agent| shape.is_match(agent)));
    assert!(refused("chrome", &[("version_from", Literal::Int(64))]));
}
