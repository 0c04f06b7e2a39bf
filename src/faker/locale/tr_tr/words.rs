//! Words of Turkish addresses.
//!
//! Owns the lists alone, which are selections of our own.

/// Neighbourhoods of which many towns have one.
#[rustfmt::skip]
pub static AREAS: &[&str] = &[
    "Atatürk", "Cumhuriyet", "Fatih", "Yeni", "Bahçelievler", "İstiklal", "Gazi", "Hürriyet",
    "Barbaros", "Mimar Sinan", "Yavuz Selim", "Kurtuluş", "Zafer", "Mehmet Akif Ersoy", "İnönü",
    "Fevzi Çakmak", "Yunus Emre", "Mevlana", "Esentepe", "Güzelyurt", "Kültür", "Çamlık",
    "Yenişehir", "Şirinevler", "Karşıyaka", "Yeşilyurt", "Selçuklu", "Osmangazi", "Alparslan",
    "Adnan Menderes", "Turgut Özal", "Ziya Gökalp", "Namık Kemal", "Akşemsettin", "Hacı Bayram",
    "Pınarbaşı", "Kılıçarslan", "Yıldırım Beyazıt", "19 Mayıs", "23 Nisan", "30 Ağustos",
    "100. Yıl", "Bağlar", "Çarşı", "Camiikebir", "Orta", "Aşağı", "Yukarı", "Tepe", "Merkez",
];

/// What avenues are called.
#[rustfmt::skip]
pub static AVENUES: &[&str] = &[
    "Atatürk", "Cumhuriyet", "İstiklal", "İnönü", "Gazi", "Fatih Sultan Mehmet", "Mimar Sinan",
    "Barbaros", "Bağdat", "Kazım Karabekir", "Fevzi Çakmak", "Mehmet Akif Ersoy",
    "Yavuz Sultan Selim", "Kanuni Sultan Süleyman", "Ziya Gökalp", "Namık Kemal", "Adnan Menderes",
    "Turgut Özal", "Hürriyet", "Millet", "Vatan", "Ordu", "Talat Paşa", "Mithat Paşa",
    "Şehit Nevres", "Zübeyde Hanım", "Halide Edip Adıvar", "Osman Gazi", "Orhan Gazi", "Alparslan",
    "Mevlana", "Yunus Emre", "Hacı Bektaş Veli", "Cemal Gürsel", "Rauf Denktaş", "İsmet Paşa",
    "İstasyon", "Belediye", "Hükümet", "Sahil", "Çarşı", "Tekstil", "Sanayi", "Okul", "Hastane",
    "Kültür", "Üniversite", "Stadyum", "Lozan", "Sakarya", "Dumlupınar", "Çanakkale Şehitleri",
    "Kıbrıs Şehitleri", "19 Mayıs", "23 Nisan", "29 Ekim", "30 Ağustos", "100. Yıl",
];

/// What streets are called.
#[rustfmt::skip]
pub static STREETS: &[&str] = &[
    "Lale", "Gül", "Menekşe", "Papatya", "Karanfil", "Sümbül", "Zambak", "Nergis", "Yasemin",
    "Leylak", "Manolya", "Akasya", "Çınar", "Çam", "Selvi", "Kavak", "Meşe", "Söğüt", "Ihlamur",
    "Defne", "Zeytin", "İncir", "Ceviz", "Badem", "Elma", "Kiraz", "Nar", "Dut", "Fındık",
    "Kestane", "Güvercin", "Kartal", "Şahin", "Turna", "Kırlangıç", "Martı", "Bülbül", "Serçe",
    "Ceylan", "Güneş", "Ay", "Yıldız", "Gökkuşağı", "Bulut", "Rüzgar", "Yağmur", "Pınar", "Çeşme",
    "Dere", "Köprü", "Değirmen", "Tepe", "Yayla", "Bahar", "Sevgi", "Barış", "Dostluk", "Huzur",
    "Umut", "Mutluluk", "Kardeşler", "Birlik", "Emek", "Özgürlük", "Zafer", "Yıldırım", "Kale",
    "Kışla", "Cami", "Mescit", "Hamam", "Medrese", "Kervan", "İpek", "Bostan", "Bahçe", "Bağ",
    "Bağlar", "Yonca", "Başak", "Harman", "Köşk", "Konak", "Taşlı", "Güzel", "Yeşil", "Mavi",
    "Beyaz", "Altın", "Gümüş", "Elmas", "Yakut", "Mercan", "İnci", "Fener", "Yalı", "Kumsal",
    "Deniz", "Liman", "Kaptan",
];

/// The countries by their Turkish names.
#[rustfmt::skip]
pub static COUNTRIES: &[&str] = &[
    "Afganistan", "Almanya", "Amerika Birleşik Devletleri", "Andorra", "Angola",
    "Antigua ve Barbuda", "Arjantin", "Arnavutluk", "Avustralya", "Avusturya", "Azerbaycan",
    "Bahamalar", "Bahreyn", "Bangladeş", "Barbados", "Belarus", "Belçika", "Belize", "Benin",
    "Bhutan", "Birleşik Arap Emirlikleri", "Birleşik Krallık", "Bolivya", "Bosna-Hersek",
    "Botsvana", "Brezilya", "Brunei", "Bulgaristan", "Burkina Faso", "Burundi", "Cezayir", "Cibuti",
    "Çad", "Çekya", "Çin", "Danimarka", "Doğu Timor", "Dominik Cumhuriyeti", "Dominika", "Ekvador",
    "Ekvator Ginesi", "El Salvador", "Endonezya", "Eritre", "Ermenistan", "Estonya", "Esvatini",
    "Etiyopya", "Fas", "Fiji", "Fildişi Sahili", "Filipinler", "Filistin", "Finlandiya", "Fransa",
    "Gabon", "Gambiya", "Gana", "Gine", "Gine-Bissau", "Grenada", "Guatemala", "Guyana",
    "Güney Afrika", "Güney Kore", "Güney Sudan", "Gürcistan", "Haiti", "Hırvatistan", "Hindistan",
    "Hollanda", "Honduras", "Irak", "İran", "İrlanda", "İspanya", "İsrail", "İsveç", "İsviçre",
    "İtalya", "İzlanda", "Jamaika", "Japonya", "Kamboçya", "Kamerun", "Kanada", "Karadağ", "Katar",
    "Kazakistan", "Kenya", "Kıbrıs", "Kırgızistan", "Kiribati", "Kolombiya", "Komorlar", "Kongo",
    "Kosova", "Kosta Rika", "Kuveyt", "Kuzey Kore", "Kuzey Makedonya", "Küba", "Laos", "Lesotho",
    "Letonya", "Liberya", "Libya", "Lihtenştayn", "Litvanya", "Lübnan", "Lüksemburg", "Macaristan",
    "Madagaskar", "Malavi", "Maldivler", "Malezya", "Mali", "Malta", "Marshall Adaları",
    "Mauritius", "Meksika", "Mısır", "Mikronezya", "Moğolistan", "Moldova", "Monako", "Moritanya",
    "Mozambik", "Myanmar", "Namibya", "Nauru", "Nepal", "Nijer", "Nijerya", "Nikaragua", "Norveç",
    "Orta Afrika Cumhuriyeti", "Özbekistan", "Pakistan", "Palau", "Panama", "Papua Yeni Gine",
    "Paraguay", "Peru", "Polonya", "Portekiz", "Romanya", "Ruanda", "Rusya", "Saint Kitts ve Nevis",
    "Saint Lucia", "Saint Vincent ve Grenadinler", "Samoa", "San Marino", "São Tomé ve Príncipe",
    "Senegal", "Seyşeller", "Sırbistan", "Sierra Leone", "Singapur", "Slovakya", "Slovenya",
    "Solomon Adaları", "Somali", "Sri Lanka", "Sudan", "Surinam", "Suriye", "Suudi Arabistan",
    "Şili", "Tacikistan", "Tanzanya", "Tayland", "Togo", "Tonga", "Trinidad ve Tobago", "Tunus",
    "Tuvalu", "Türkiye", "Türkmenistan", "Uganda", "Ukrayna", "Umman", "Uruguay", "Ürdün",
    "Vanuatu", "Vatikan", "Venezuela", "Vietnam", "Yemen", "Yeni Zelanda", "Yeşil Burun Adaları",
    "Yunanistan", "Zambiya", "Zimbabve",
];
