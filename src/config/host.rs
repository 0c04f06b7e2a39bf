//! The name of a host, as a browser sends it.
//!
//! Owns its text form and what a name may hold.

use std::fmt;
use std::str::FromStr;

use super::InvalidValue;
use super::problem::quote;

/// Longest name: <https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4>
const MOST_BYTES: usize = 253;

/// The name of a host, in lower case and without a trailing dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName(String);

impl HostName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HostName {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        name(text).map(Self).ok_or_else(|| {
            let wrong = InvalidValue::new(format!("{} is not the name of a host", quote(text)));
            let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
            let bare = bare.split(['/', ':']).next().and_then(name);
            wrong.help(match bare {
                Some(bare) => format!("write the name without scheme, port and path: {}", quote(&bare)),
                None if !text.is_ascii() => "write the name as browsers send it: `xn--…`".to_owned(),
                None => "write a name such as \"shopsim.example\"; IP addresses and `localhost` are always allowed"
                    .to_owned(),
            })
        })
    }
}

/// The normal form of a name; `None` if it is not one.
fn name(text: &str) -> Option<String> {
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    let is_label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=63).contains(&label.len()) && label.bytes().all(inner) && !label.starts_with('-')
    };
    (name.len() <= MOST_BYTES && name.split('.').all(is_label)).then_some(name)
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_form() {
        for (text, name) in [
            ("shopsim", "shopsim"),
            ("Shopsim.Example.", "shopsim.example"),
            ("a-1_b.xn--bcher-kva.example", "a-1_b.xn--bcher-kva.example"),
        ] {
            assert_eq!(text.parse::<HostName>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn who_writes_a_url_is_told_its_name() {
        for text in ["http://shopsim.example", "https://shopsim.example:80/page", "shopsim.example:9464"] {
            let wrong = text.parse::<HostName>().unwrap_err();
            assert_eq!(wrong.message, format!("`{text}` is not the name of a host"));
            let help = "write the name without scheme, port and path: `shopsim.example`";
            assert_eq!(wrong.help.as_deref(), Some(help));
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = format!("{}.example", "a.".repeat(130));
        for text in ["", ".", "a..b", "*", "*.example", "[::1]", "-a", "a b", "a\nb", "bücher.example", &long]
        {
            assert!(text.parse::<HostName>().is_err(), "{text:?}");
        }
        let told = "bücher.example".parse::<HostName>().unwrap_err().to_string();
        assert!(told.ends_with("; write the name as browsers send it: `xn--…`"), "{told}");
    }
}
