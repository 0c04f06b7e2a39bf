//! The names and signs of currencies, and cryptocurrencies.

/// English names, in the order of the codes.
#[rustfmt::skip]
pub static NAMES: &[&str] = &[
    "United Arab Emirates dirham", "Afghan afghani", "Albanian lek", "Armenian dram",
    "Angolan kwanza", "Argentine peso", "Australian dollar", "Aruban florin", "Azerbaijani manat",
    "Bosnia and Herzegovina convertible mark", "Barbadian dollar", "Bangladeshi taka",
    "Bahraini dinar", "Burundian franc", "Bermudian dollar", "Brunei dollar", "Bolivian boliviano",
    "Brazilian real", "Bahamian dollar", "Bhutanese ngultrum", "Botswana pula", "Belarusian ruble",
    "Belize dollar", "Canadian dollar", "Congolese franc", "Swiss franc", "Chilean peso",
    "Chinese yuan", "Colombian peso", "Costa Rican colón", "Cuban peso", "Cape Verdean escudo",
    "Czech koruna", "Djiboutian franc", "Danish krone", "Dominican peso", "Algerian dinar",
    "Egyptian pound", "Eritrean nakfa", "Ethiopian birr", "Euro", "Fijian dollar",
    "Falkland Islands pound", "Pound sterling", "Georgian lari", "Ghanaian cedi", "Gibraltar pound",
    "Gambian dalasi", "Guinean franc", "Guatemalan quetzal", "Guyanese dollar", "Hong Kong dollar",
    "Honduran lempira", "Haitian gourde", "Hungarian forint", "Indonesian rupiah",
    "Israeli new shekel", "Indian rupee", "Iraqi dinar", "Iranian rial", "Icelandic króna",
    "Jamaican dollar", "Jordanian dinar", "Japanese yen", "Kenyan shilling", "Kyrgyzstani som",
    "Cambodian riel", "Comorian franc", "North Korean won", "South Korean won", "Kuwaiti dinar",
    "Cayman Islands dollar", "Kazakhstani tenge", "Lao kip", "Lebanese pound", "Sri Lankan rupee",
    "Liberian dollar", "Lesotho loti", "Libyan dinar", "Moroccan dirham", "Moldovan leu",
    "Malagasy ariary", "Macedonian denar", "Burmese kyat", "Mongolian tögrög", "Macanese pataca",
    "Mauritanian ouguiya", "Mauritian rupee", "Maldivian rufiyaa", "Malawian kwacha",
    "Mexican peso", "Malaysian ringgit", "Mozambican metical", "Namibian dollar", "Nigerian naira",
    "Nicaraguan córdoba", "Norwegian krone", "Nepalese rupee", "New Zealand dollar", "Omani rial",
    "Panamanian balboa", "Peruvian sol", "Papua New Guinean kina", "Philippine peso",
    "Pakistani rupee", "Polish złoty", "Paraguayan guaraní", "Qatari riyal", "Romanian leu",
    "Serbian dinar", "Russian ruble", "Rwandan franc", "Saudi riyal", "Solomon Islands dollar",
    "Seychellois rupee", "Sudanese pound", "Swedish krona", "Singapore dollar",
    "Saint Helena pound", "Sierra Leonean leone", "Somali shilling", "Surinamese dollar",
    "South Sudanese pound", "São Tomé and Príncipe dobra", "Salvadoran colón", "Syrian pound",
    "Swazi lilangeni", "Thai baht", "Tajikistani somoni", "Turkmenistan manat", "Tunisian dinar",
    "Tongan paʻanga", "Turkish lira", "Trinidad and Tobago dollar", "New Taiwan dollar",
    "Tanzanian shilling", "Ukrainian hryvnia", "Ugandan shilling", "United States dollar",
    "Uruguayan peso", "Uzbekistani soum", "Venezuelan bolívar", "Vietnamese đồng", "Vanuatu vatu",
    "Samoan tālā", "Central African CFA franc", "East Caribbean dollar", "Caribbean guilder",
    "Special drawing rights", "West African CFA franc", "CFP franc", "Yemeni rial",
    "South African rand", "Zambian kwacha", "Zimbabwe gold",
];

/// Signs or usual abbreviations, in the order of the codes.
#[rustfmt::skip]
pub static SYMBOLS: &[&str] = &[
    "د.إ", "؋", "L", "֏", "Kz", "$", "$", "ƒ", "₼", "KM", "$", "৳", "BD", "FBu", "$", "$", "Bs",
    "R$", "$", "Nu", "P", "Br", "$", "$", "FC", "Fr.", "$", "¥", "$", "₡", "$", "$", "Kč", "Fdj",
    "kr", "$", "DA", "£", "Nfk", "Br", "€", "$", "£", "£", "₾", "₵", "£", "D", "FG", "Q", "$", "$",
    "L", "G", "Ft", "Rp", "₪", "₹", "ID", "﷼", "kr", "$", "JD", "¥", "KSh", "сом", "៛", "CF", "₩",
    "₩", "KD", "$", "₸", "₭", "LL", "Rs", "$", "L", "LD", "DH", "L", "Ar", "ден", "K", "₮", "P",
    "UM", "Rs", "Rf", "MK", "$", "RM", "MT", "$", "₦", "C$", "kr", "Rs", "$", "RO", "B/.", "S/",
    "K", "₱", "Rs", "zł", "₲", "QR", "lei", "дин", "₽", "FRw", "SR", "$", "Rs", "LS", "kr", "$",
    "£", "Le", "Sh", "$", "£", "Db", "₡", "£", "E", "฿", "SM", "m", "DT", "T$", "₺", "$", "$",
    "TSh", "₴", "USh", "$", "$", "soʻm", "Bs", "₫", "VT", "$", "FCFA", "$", "Cg", "SDR", "CFA", "F",
    "YR", "R", "K", "ZiG",
];

/// Ticker symbols.
#[rustfmt::skip]
pub static CRYPTO_CODES: &[&str] = &[
    "ADA", "ALGO", "ATOM", "AVAX", "BAT", "BCH", "BNB", "BSV", "BTC", "BTG", "DASH", "DCR", "DGB",
    "DOGE", "DOT", "EOS", "ETC", "ETH", "FIL", "GRC", "HBAR", "ICP", "ICX", "KSM", "LINK", "LSK",
    "LTC", "MANA", "MKR", "NANO", "NEAR", "NEO", "NMC", "OMG", "PPC", "QTUM", "RVN", "SC", "SHIB",
    "SOL", "STEEM", "TRX", "UNI", "USDC", "USDT", "VET", "VTC", "WAVES", "XEM", "XLM", "XMR", "XRP",
    "XTZ", "ZEC", "ZIL",
];

/// Their names, in the same order.
#[rustfmt::skip]
pub static CRYPTO_NAMES: &[&str] = &[
    "Cardano", "Algorand", "Cosmos", "Avalanche", "Basic Attention Token", "Bitcoin Cash",
    "Binance Coin", "Bitcoin SV", "Bitcoin", "Bitcoin Gold", "Dash", "Decred", "DigiByte",
    "Dogecoin", "Polkadot", "EOS.IO", "Ethereum Classic", "Ethereum", "Filecoin", "Gridcoin",
    "Hedera", "Internet Computer", "ICON", "Kusama", "Chainlink", "Lisk", "Litecoin",
    "Decentraland", "Maker", "Nano", "NEAR Protocol", "NEO", "Namecoin", "OMG Network", "Peercoin",
    "Qtum", "Ravencoin", "Siacoin", "Shiba Inu", "Solana", "Steem", "TRON", "Uniswap", "USD Coin",
    "Tether", "VeChain", "Vertcoin", "Waves", "NEM", "Stellar Lumen", "Monero", "Ripple", "Tezos",
    "Zcash", "Zilliqa",
];
