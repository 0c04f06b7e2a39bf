//! Japanese, Japan.
//!
//! Owns the lists, which are selections of our own, and how an address is written; the check digits of the
//! numbers are `identity`'s and `accounts`'.

use super::super::Provider;
use super::super::pattern::push_number;
use super::identity;
use super::mail;
use super::numbers::{self, Numbered, Numbers};
use super::people::{self, Names, People, Peopled};
use super::phrases::Phrase;
use super::places::{self, Part, Placed, Places, Town};

/// The locale's own providers, family by family.
pub const FAMILIES: &[&[Provider]] = &[
    &people::names::<JaJp>(),
    &mail::addresses::<JaJp>(),
    &places::places::<JaJp>(),
    &numbers::numbers::<JaJp>(),
    &places::current_country::<JaJp>(),
    &places::flats::<JaJp>(),
];

/// The locale.
struct JaJp;

impl Peopled for JaJp {
    const PEOPLE: &'static People = &PEOPLE;
}

impl Placed for JaJp {
    const PLACES: &'static Places = &PLACES;
}

impl Numbered for JaJp {
    const NUMBERS: &'static Numbers =
        &Numbers { phones: PHONES, plates: PLATES, identity: identity::jp, suffixes: SUFFIXES, firms: FIRMS };
}

static PEOPLE: People = People {
    female: Names { written: FEMALE, latin: FEMALE_LATIN },
    male: Names { written: MALE, latin: MALE_LATIN },
    last: Names { written: LAST, latin: LAST_LATIN },
    last_first: true,
    free_domains: &["gmail.com", "yahoo.co.jp", "hotmail.co.jp", "outlook.jp", "icloud.com"],
    tlds: &["jp", "jp", "co.jp", "com", "net", "org"],
    ..people::PLAIN
};

static PLACES: Places = Places {
    towns: TOWNS,
    areas: &[],
    streets: &[&[
        &[
            "本町",
            "中央",
            "栄町",
            "緑町",
            "東町",
            "西町",
            "南町",
            "北町",
            "桜木町",
            "旭町",
            "大手町",
            "港町",
            "花園町",
            "松原",
            "上野",
            "高砂",
            "若葉町",
            "泉町",
            "幸町",
            "寿町",
        ],
        &["一丁目", "二丁目", "三丁目", "四丁目", "五丁目"],
    ]],
    buildings: &["%番%号", "%番%#号", "%#番%号", "%#番%#号"],
    flats: &["%0%号室", "%0#号室"],
    flat_separator: " ",
    with_flat: 40,
    postcode_chars: 9,
    push_postcode: |number, _, out| {
        out.push('〒');
        push_number(u64::from(number / 10_000), 3, out);
        out.push('-');
        push_number(u64::from(number % 10_000), 4, out);
    },
    street_address: &[Part::Street, Part::Building, Part::Flat],
    address: &[Part::Postcode, Part::Text("\n"), Part::Region, Part::City, Part::StreetAddress],
    // As the names of countries, which are en_US's.
    country: "Japan",
    country_code: "JP",
    countries: &[],
};

/// Large towns, with the span that their postal codes lie in.
#[rustfmt::skip]
static TOWNS: &[Town] = &[
    Town::of("千代田区", "東京都", 1000001, 1020094),
    Town::of("新宿区", "東京都", 1600001, 1690075),
    Town::of("渋谷区", "東京都", 1500001, 1510073),
    Town::of("港区", "東京都", 1050001, 1080075),
    Town::of("世田谷区", "東京都", 1540001, 1580098),
    Town::of("横浜市中区", "神奈川県", 2310001, 2310868),
    Town::of("川崎市川崎区", "神奈川県", 2100001, 2100869),
    Town::of("大阪市北区", "大阪府", 5300001, 5310077),
    Town::of("大阪市中央区", "大阪府", 5400001, 5420086),
    Town::of("堺市堺区", "大阪府", 5900001, 5900987),
    Town::of("名古屋市中区", "愛知県", 4600001, 4600026),
    Town::of("札幌市中央区", "北海道", 600001, 640959),
    Town::of("福岡市博多区", "福岡県", 8120001, 8120897),
    Town::of("神戸市中央区", "兵庫県", 6500001, 6510097),
    Town::of("京都市中京区", "京都府", 6040001, 6048874),
    Town::of("さいたま市大宮区", "埼玉県", 3300801, 3300856),
    Town::of("広島市中区", "広島県", 7300001, 7300856),
    Town::of("仙台市青葉区", "宮城県", 9800001, 9813225),
    Town::of("千葉市中央区", "千葉県", 2600001, 2600856),
    Town::of("北九州市小倉北区", "福岡県", 8020001, 8030871),
    Town::of("新潟市中央区", "新潟県", 9500001, 9518162),
    Town::of("浜松市中区", "静岡県", 4300901, 4328065),
    Town::of("熊本市中央区", "熊本県", 8600001, 8620976),
    Town::of("岡山市北区", "岡山県", 7000001, 7018141),
    Town::of("静岡市葵区", "静岡県", 4200001, 4218006),
    Town::of("鹿児島市", "鹿児島県", 8900001, 8920877),
    Town::of("長崎市", "長崎県", 8500001, 8528156),
    Town::of("金沢市", "石川県", 9200001, 9218178),
    Town::of("松山市", "愛媛県", 7900001, 7918092),
    Town::of("那覇市", "沖縄県", 9000001, 9030829),
    Town::of("奈良市", "奈良県", 6300001, 6308453),
    Town::of("盛岡市", "岩手県", 200001, 200891),
];

static PHONES: &[&str] = &[
    "090-%###-####",
    "080-%###-####",
    "070-%###-####",
    "03-%###-####",
    "06-%###-####",
    "045-%##-####",
    "052-%##-####",
    "011-%##-####",
    "092-%##-####",
];

static PLATES: &[&str] = &[
    "品川 3## さ %#-##",
    "横浜 5## た %#-##",
    "大阪 3## な %#-##",
    "名古屋 5## は %#-##",
    "札幌 3## ま %#-##",
    "福岡 5## や %#-##",
    "京都 3## ら %#-##",
];

static SUFFIXES: &[&str] = &["株式会社", "有限会社", "合同会社"];

static FIRMS: &[Phrase] = &[
    &[&["株式会社"], LAST],
    &[&["有限会社"], LAST],
    &[LAST, &["株式会社"]],
    &[LAST, &["建設", "商事", "電機", "食品", "運輸", "印刷", "製作所"], &["株式会社"]],
];

#[rustfmt::skip]
static FEMALE: &[&str] = &[
    "陽子", "裕子", "真由美", "久美子", "智子", "恵子", "由美子", "直子", "明美", "美香", "里佳", "京子", "花子", "桃子", "結衣",
    "さくら", "美咲", "葵", "凛", "莉子", "彩", "愛", "舞", "千尋", "加奈", "涼子", "幸子", "和子", "節子", "洋子", "文子",
    "美穂", "麻衣", "香織", "奈々", "沙織", "真理", "理恵", "綾香", "友美",
];
/// As [`FEMALE`], in Latin letters.
#[rustfmt::skip]
static FEMALE_LATIN: &[&str] = &[
    "youko", "yuuko", "mayumi", "kumiko", "tomoko", "keiko", "yumiko", "naoko", "akemi", "mika",
    "rika", "kyouko", "hanako", "momoko", "yui", "sakura", "misaki", "aoi", "rin", "riko", "aya",
    "ai", "mai", "chihiro", "kana", "ryouko", "sachiko", "kazuko", "setsuko", "hiroko", "fumiko",
    "miho", "asai", "kaori", "nana", "saori", "mari", "rie", "ayaka", "tomomi",
];
#[rustfmt::skip]
static MALE: &[&str] = &[
    "裕樹", "翔太", "大輔", "健一", "拓真", "直樹", "学", "浩", "太郎", "修平", "英樹", "亮介", "充", "篤司", "零", "康弘",
    "七夏", "知実", "治", "淳", "稔", "聡太郎", "舞人", "陽一", "一輝", "蓮", "悠真", "湊", "樹", "颯太", "大和", "陸", "隼人",
    "誠", "進", "茂", "勇", "清", "実", "隆",
];
/// As [`MALE`], in Latin letters.
#[rustfmt::skip]
static MALE_LATIN: &[&str] = &[
    "yuuki", "shouta", "daisuke", "kenichi", "takuma", "naoki", "manabu", "hiroshi", "tarou",
    "shuuhei", "hideki", "ryousuke", "mitsuru", "atsushi", "rei", "yasuhiro", "nanaka",
    "tomomitsu", "osamu", "jun", "minoru", "soutarou", "maito", "youichi", "kazuki", "ren",
    "yuuma", "minato", "itsuki", "souta", "yamato", "riku", "hayato", "makoto", "susumu",
    "shigeru", "isamu", "kiyoshi", "jitsu", "takashi",
];
#[rustfmt::skip]
static LAST: &[&str] = &[
    "佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤", "山本", "中村", "小林", "加藤", "吉田", "山田", "佐々木", "山口", "松本",
    "井上", "木村", "林", "斎藤", "清水", "山崎", "中島", "池田", "阿部", "橋本", "山下", "森", "石川", "前田", "小川", "藤田",
    "岡田", "後藤", "長谷川", "村上", "近藤", "石井", "坂本", "遠藤", "青木", "藤井", "西村", "福田", "太田", "三浦", "岡本",
    "松田", "中川", "中野", "原田", "小野", "田村", "竹内", "金子", "和田", "中山", "石田", "上田", "森田", "柴田",
];
/// As [`LAST`], in Latin letters.
#[rustfmt::skip]
static LAST_LATIN: &[&str] = &[
    "satou", "suzuki", "takahashi", "tanaka", "watanabe", "itou", "yamamoto", "nakamura",
    "kobayashi", "katou", "yoshida", "yamada", "sasaki", "yamaguchi", "matsumoto", "inoue",
    "kimura", "hayashi", "saitou", "shimizu", "yamazaki", "nakajima", "ikeda", "abe", "hashimoto",
    "yamashita", "mori", "ishikawa", "maeda", "ogawa", "fujita", "okada", "gotou", "hasegawa",
    "murakami", "kondou", "ishii", "sakamoto", "endou", "aoki", "fujii", "nishimura", "fukuda",
    "oota", "miura", "okamoto", "matsuda", "nakagawa", "nakano", "harada", "ono", "tamura",
    "takeuchi", "kaneko", "wada", "nakayama", "ishida", "ueda", "morita", "shibata",
];
