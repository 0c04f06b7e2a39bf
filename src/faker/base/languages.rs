//! `language_code` and `locale`: languages and the territories in which they are used.
//!
//! Owns the list: languages of ISO 639 (two letters, or three where a language has no shorter code) with
//! territories of ISO 3166-1, as the locales of GNU libc pair them.

use super::super::{Arguments, Compiled, Noted};

/// Languages and their territories.
#[rustfmt::skip]
static LOCALES: &[(&str, &[&str])] = &[
    ("aa", &["DJ", "ER", "ET"]), ("af", &["ZA"]), ("ak", &["GH"]), ("am", &["ET"]), ("an", &["ES"]),
    ("ar", &["AE", "BH", "DJ", "DZ", "EG", "IQ", "JO", "KW", "LB", "LY", "MA", "OM", "QA", "SA", "SD", "SY", "TN", "YE"]),
    ("as", &["IN"]), ("ast", &["ES"]), ("ayc", &["PE"]), ("az", &["AZ"]), ("be", &["BY"]),
    ("bem", &["ZM"]), ("ber", &["DZ", "MA"]), ("bg", &["BG"]), ("bhb", &["IN"]), ("bho", &["IN"]),
    ("bn", &["BD", "IN"]), ("bo", &["CN", "IN"]), ("br", &["FR"]), ("brx", &["IN"]), ("bs", &["BA"]),
    ("byn", &["ER"]), ("ca", &["AD", "ES", "FR", "IT"]), ("ce", &["RU"]), ("ckb", &["IQ"]),
    ("cmn", &["TW"]), ("crh", &["UA"]), ("cs", &["CZ"]), ("csb", &["PL"]), ("cv", &["RU"]),
    ("cy", &["GB"]), ("da", &["DK"]), ("de", &["AT", "BE", "CH", "DE", "LI", "LU"]), ("doi", &["IN"]),
    ("dv", &["MV"]), ("dz", &["BT"]), ("el", &["CY", "GR"]),
    ("en", &["AG", "AU", "BW", "CA", "DK", "GB", "HK", "IE", "IN", "NG", "NZ", "PH", "SG", "US", "ZA", "ZM", "ZW"]),
    ("eo", &["US"]),
    ("es", &["AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "PY", "SV", "US", "UY", "VE"]),
    ("et", &["EE"]), ("eu", &["ES"]), ("fa", &["IR"]), ("ff", &["SN"]), ("fi", &["FI"]),
    ("fil", &["PH"]), ("fo", &["FO"]), ("fr", &["BE", "CA", "CH", "FR", "LU"]), ("fur", &["IT"]),
    ("fy", &["DE", "NL"]), ("ga", &["IE"]), ("gd", &["GB"]), ("gez", &["ER", "ET"]), ("gl", &["ES"]),
    ("gu", &["IN"]), ("gv", &["GB"]), ("ha", &["NG"]), ("hak", &["TW"]), ("he", &["IL"]),
    ("hi", &["IN"]), ("hne", &["IN"]), ("hr", &["HR"]), ("hsb", &["DE"]), ("ht", &["HT"]),
    ("hu", &["HU"]), ("hy", &["AM"]), ("ia", &["FR"]), ("id", &["ID"]), ("ig", &["NG"]),
    ("ik", &["CA"]), ("is", &["IS"]), ("it", &["CH", "IT"]), ("iu", &["CA"]), ("ja", &["JP"]),
    ("ka", &["GE"]), ("kk", &["KZ"]), ("kl", &["GL"]), ("km", &["KH"]), ("kn", &["IN"]),
    ("ko", &["KR"]), ("kok", &["IN"]), ("ks", &["IN"]), ("ku", &["TR"]), ("kw", &["GB"]),
    ("ky", &["KG"]), ("lb", &["LU"]), ("lg", &["UG"]), ("li", &["BE", "NL"]), ("lij", &["IT"]),
    ("ln", &["CD"]), ("lo", &["LA"]), ("lt", &["LT"]), ("lv", &["LV"]), ("lzh", &["TW"]),
    ("mag", &["IN"]), ("mai", &["IN"]), ("mg", &["MG"]), ("mhr", &["RU"]), ("mi", &["NZ"]),
    ("mk", &["MK"]), ("ml", &["IN"]), ("mn", &["MN"]), ("mni", &["IN"]), ("mr", &["IN"]),
    ("ms", &["MY"]), ("mt", &["MT"]), ("my", &["MM"]), ("nan", &["TW"]), ("nb", &["NO"]),
    ("nds", &["DE", "NL"]), ("ne", &["NP"]), ("nhn", &["MX"]), ("niu", &["NU", "NZ"]),
    ("nl", &["AW", "BE", "NL"]), ("nn", &["NO"]), ("nr", &["ZA"]), ("nso", &["ZA"]), ("oc", &["FR"]),
    ("om", &["ET", "KE"]), ("or", &["IN"]), ("os", &["RU"]), ("pa", &["IN", "PK"]),
    ("pap", &["AN", "AW", "CW"]), ("pl", &["PL"]), ("ps", &["AF"]), ("pt", &["BR", "PT"]),
    ("quz", &["PE"]), ("raj", &["IN"]), ("ro", &["MD", "RO"]), ("ru", &["RU", "UA"]), ("rw", &["RW"]),
    ("sa", &["IN"]), ("sat", &["IN"]), ("sc", &["IT"]), ("sd", &["IN", "PK"]), ("se", &["NO"]),
    ("shs", &["CA"]), ("si", &["LK"]), ("sid", &["ET"]), ("sk", &["SK"]), ("sl", &["SI"]),
    ("so", &["DJ", "ET", "KE", "SO"]), ("sq", &["AL", "MK"]), ("sr", &["ME", "RS"]), ("ss", &["ZA"]),
    ("st", &["ZA"]), ("sv", &["FI", "SE"]), ("sw", &["KE", "TZ"]), ("szl", &["PL"]),
    ("ta", &["IN", "LK"]), ("te", &["IN"]), ("tg", &["TJ"]), ("th", &["TH"]), ("the", &["NP"]),
    ("ti", &["ER", "ET"]), ("tig", &["ER"]), ("tk", &["TM"]), ("tl", &["PH"]), ("tn", &["ZA"]),
    ("tr", &["CY", "TR"]), ("ts", &["ZA"]), ("tt", &["RU"]), ("ug", &["CN"]), ("uk", &["UA"]),
    ("unm", &["US"]), ("ur", &["IN", "PK"]), ("uz", &["UZ"]), ("ve", &["ZA"]), ("vi", &["VN"]),
    ("wa", &["BE"]), ("wae", &["CH"]), ("wal", &["ET"]), ("wo", &["SN"]), ("xh", &["ZA"]),
    ("yi", &["US"]), ("yo", &["NG"]), ("yue", &["HK"]), ("zh", &["CN", "HK", "SG", "TW"]),
    ("zu", &["ZA"]),
];

/// `language_code()`: each language equally likely.
pub fn language_code(_: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    Ok(Compiled::text(3, |draw, out| out.push_str(draw.stream.pick(LOCALES).0)))
}

/// `locale()`: a language, then one of its territories, as in Faker; so English is no likelier than Zulu.
pub fn locale(_: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    Ok(Compiled::text(6, |draw, out| {
        let (language, territories) = draw.stream.pick(LOCALES);
        out.push_str(language);
        out.push('_');
        out.push_str(draw.stream.pick::<&str>(territories));
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_has_the_shapes_that_are_relied_on() {
        assert!(LOCALES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (language, territories) in LOCALES {
            assert!((2..=3).contains(&language.len()), "{language}");
            assert!(language.bytes().all(|byte| byte.is_ascii_lowercase()), "{language}");
            assert!(!territories.is_empty(), "{language}");
            assert!(territories.iter().all(|territory| territory.len() == 2), "{language}");
        }
    }
}
