//! Chinese, China.
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
    &people::names::<ZhCn>(),
    &mail::addresses::<ZhCn>(),
    &places::places::<ZhCn>(),
    &numbers::numbers::<ZhCn>(),
    &places::current_country::<ZhCn>(),
    &places::flats::<ZhCn>(),
];

/// The locale.
struct ZhCn;

impl Peopled for ZhCn {
    const PEOPLE: &'static People = &PEOPLE;
}

impl Placed for ZhCn {
    const PLACES: &'static Places = &PLACES;
}

impl Numbered for ZhCn {
    const NUMBERS: &'static Numbers =
        &Numbers { phones: PHONES, plates: PLATES, identity: identity::cn, suffixes: SUFFIXES, firms: FIRMS };
}

static PEOPLE: People = People {
    female: Names { written: FEMALE, latin: FEMALE_LATIN },
    male: Names { written: MALE, latin: MALE_LATIN },
    last: Names { written: LAST, latin: LAST_LATIN },
    last_first: true,
    separator: "",
    free_domains: &["qq.com", "163.com", "126.com", "sina.com", "gmail.com"],
    tlds: &["cn", "cn", "com", "com.cn", "net", "org"],
    ..people::PLAIN
};

static PLACES: Places = Places {
    towns: TOWNS,
    areas: &[],
    streets: &[&[
        &[
            "人民", "解放", "中山", "建设", "和平", "新华", "胜利", "光明", "文化", "长江", "黄河", "北京",
            "南京", "上海", "青年", "友谊", "团结", "东风", "红旗", "工业",
        ],
        &["路", "路", "大街", "街", "东路", "西路"],
    ]],
    buildings: &["%号", "%#号", "%##号"],
    flats: &["%栋%单元%0%室", "%栋%##室"],
    flat_separator: "",
    with_flat: 40,
    postcode_chars: 6,
    push_postcode: |number, _, out| push_number(u64::from(number), 6, out),
    street_address: &[Part::Street, Part::Building, Part::Flat],
    address: &[Part::Region, Part::City, Part::StreetAddress, Part::Text(" "), Part::Postcode],
    // As the names of countries, which are en_US's.
    country: "China",
    country_code: "CN",
    countries: &[],
};

/// Large towns, with the span that their postal codes lie in.
#[rustfmt::skip]
static TOWNS: &[Town] = &[
    Town::of("东城区", "北京市", 100000, 100064),
    Town::of("海淀区", "北京市", 100080, 100097),
    Town::of("黄浦区", "上海市", 200000, 200025),
    Town::of("浦东新区", "上海市", 200120, 200137),
    Town::of("广州市天河区", "广东省", 510610, 510665),
    Town::of("深圳市福田区", "广东省", 518000, 518048),
    Town::of("和平区", "天津市", 300040, 300052),
    Town::of("渝中区", "重庆市", 400010, 400015),
    Town::of("成都市锦江区", "四川省", 610010, 610066),
    Town::of("武汉市江汉区", "湖北省", 430000, 430024),
    Town::of("杭州市西湖区", "浙江省", 310000, 310030),
    Town::of("南京市玄武区", "江苏省", 210000, 210042),
    Town::of("西安市雁塔区", "陕西省", 710054, 710077),
    Town::of("苏州市姑苏区", "江苏省", 215000, 215031),
    Town::of("郑州市金水区", "河南省", 450000, 450053),
    Town::of("长沙市岳麓区", "湖南省", 410000, 410023),
    Town::of("沈阳市和平区", "辽宁省", 110000, 110006),
    Town::of("青岛市市南区", "山东省", 266000, 266071),
    Town::of("济南市历下区", "山东省", 250000, 250014),
    Town::of("大连市中山区", "辽宁省", 116000, 116015),
    Town::of("厦门市思明区", "福建省", 361000, 361016),
    Town::of("福州市鼓楼区", "福建省", 350000, 350009),
    Town::of("哈尔滨市南岗区", "黑龙江省", 150000, 150090),
    Town::of("长春市朝阳区", "吉林省", 130000, 130062),
    Town::of("昆明市五华区", "云南省", 650000, 650118),
    Town::of("合肥市蜀山区", "安徽省", 230000, 230088),
    Town::of("南昌市东湖区", "江西省", 330000, 330046),
    Town::of("石家庄市长安区", "河北省", 50000, 50035),
    Town::of("太原市小店区", "山西省", 30000, 30032),
    Town::of("贵阳市云岩区", "贵州省", 550000, 550025),
    Town::of("南宁市青秀区", "广西壮族自治区", 530000, 530028),
    Town::of("兰州市城关区", "甘肃省", 730000, 730050),
    Town::of("海口市龙华区", "海南省", 570000, 570216),
    Town::of("乌鲁木齐市天山区", "新疆维吾尔自治区", 830000, 830011),
];

static PHONES: &[&str] = &[
    "13# #### ####",
    "15# #### ####",
    "17# #### ####",
    "18# #### ####",
    "19# #### ####",
    "010-########",
    "021-########",
    "020-########",
];

static PLATES: &[&str] =
    &["京A·#####", "沪B·#####", "粤A·#####", "浙A·#####", "苏A·#####", "川A·#####", "京N·?####", "沪C·?####"];

static SUFFIXES: &[&str] = &["有限公司", "股份有限公司", "集团有限公司"];

static FIRMS: &[Phrase] = &[&[
    &["华", "新", "金", "东方", "天", "恒", "永", "中", "万", "联"],
    &["宇", "泰", "达", "信", "源", "通", "盛", "安", "诚", "远"],
    &["科技", "网络", "信息", "传媒", "贸易", "食品", "建材"],
    &["有限公司"],
]];

#[rustfmt::skip]
static FEMALE: &[&str] = &[
    "秀英", "桂英", "秀兰", "玉兰", "桂兰", "秀珍", "凤英", "丽华", "芳", "娜", "敏", "静", "丽", "艳", "燕", "玲", "霞",
    "红梅", "婷婷", "欣怡", "梓涵", "雨桐", "诗琪", "佳怡", "梦洁", "晓燕", "雪梅", "玉梅", "淑珍", "淑华", "春梅", "海燕", "丹丹",
    "莹", "倩", "琳", "雪", "颖", "慧", "萍",
];
/// As [`FEMALE`], in Latin letters.
#[rustfmt::skip]
static FEMALE_LATIN: &[&str] = &[
    "xiuying", "guiying", "xiulan", "yulan", "guilan", "xiuzhen", "fengying", "lihua", "fang",
    "na", "min", "jing", "li", "yan", "yanzi", "ling", "xia", "hongmei", "tingting", "xinyi",
    "zihan", "yutong", "shiqi", "jiayi", "mengjie", "xiaoyan", "xuemei", "yumei", "shuzhen",
    "shuhua", "chunmei", "haiyan", "dandan", "ying", "qian", "lin", "xue", "yingzi", "hui", "ping",
];
#[rustfmt::skip]
static MALE: &[&str] = &[
    "伟", "强", "磊", "军", "洋", "勇", "杰", "涛", "超", "明", "刚", "平", "辉", "鹏", "志强", "建国", "建军", "国强",
    "俊杰", "浩然", "子轩", "宇航", "博文", "天宇", "明轩", "致远", "建华", "志勇", "国庆", "海波", "文斌", "立新", "永强", "振华",
    "家豪", "思远", "晨", "旭", "凯", "斌",
];
/// As [`MALE`], in Latin letters.
#[rustfmt::skip]
static MALE_LATIN: &[&str] = &[
    "wei", "qiang", "lei", "jun", "yang", "yong", "jie", "tao", "chao", "ming", "gang", "pingan",
    "huihui", "peng", "zhiqiang", "jianguo", "jianjun", "guoqiang", "junjie", "haoran", "zixuan",
    "yuhang", "bowen", "tianyu", "mingxuan", "zhiyuan", "jianhua", "zhiyong", "guoqing", "haibo",
    "wenbin", "lixin", "yongqiang", "zhenhua", "jiahao", "siyuan", "chen", "xu", "kai", "bin",
];
#[rustfmt::skip]
static LAST: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
    "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾",
    "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "薛", "叶", "阎", "余", "潘", "杜", "戴", "夏", "钟", "汪",
    "田", "任", "姜",
];
/// As [`LAST`], in Latin letters.
#[rustfmt::skip]
static LAST_LATIN: &[&str] = &[
    "wang", "li", "zhang", "liu", "chen", "yang", "zhao", "huang", "zhou", "wu", "xu", "sun", "hu",
    "zhu", "gao", "lin", "he", "guo", "ma", "luo", "liang", "song", "zheng", "xie", "han", "tang",
    "feng", "yu", "dong", "xiao", "cheng", "cao", "yuan", "deng", "xuu", "fu", "shen", "zeng",
    "peng", "lv", "su", "lu", "jiang", "cai", "jia", "ding", "wei", "xue", "ye", "yan", "yuu",
    "pan", "du", "dai", "xia", "zhong", "wangg", "tian", "ren", "jiangg",
];
