//! Turkish firms and occupations.
//!
//! Owns how firms call themselves, and the list of occupations.

use super::super::super::{Compiled, Provider};
use super::super::phrases::{Phrase, phrases};
use super::names::LAST;

/// The family's providers.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "company",
        summary: "a Turkish firm's name",
        params: &[],
        compile: |_| Ok(phrases(FIRMS)),
    },
    Provider {
        name: "company_suffix",
        summary: "the legal form of a Turkish firm, A.Ş. or Ltd. Şti. with or without its trade",
        params: &[],
        compile: |_| Ok(Compiled::one_of(SUFFIXES)),
    },
    Provider {
        name: "job",
        summary: "an occupation, in Turkish",
        params: &[],
        compile: |_| Ok(Compiled::one_of(JOBS)),
    },
];

/// A family's name, what the firm does, its legal form.
static FIRMS: &[Phrase] = &[
    &[LAST, &[" "], SECTORS, &[" "], SUFFIXES],
    &[LAST, &[" "], SECTORS, &[" "], SUFFIXES],
    &[LAST, &[" Kardeşler "], SECTORS, &[" "], SUFFIXES],
    &[LAST, &["-"], LAST, &[" "], SECTORS, &[" "], SUFFIXES],
    &[LAST, &[" Holding A.Ş."]],
];

/// Legal forms, with or without industry and trade (sanayi ve ticaret).
static SUFFIXES: &[&str] =
    &["A.Ş.", "Ltd. Şti.", "San. ve Tic. A.Ş.", "San. ve Tic. Ltd. Şti.", "Tic. A.Ş.", "Tic. Ltd. Şti."];

/// What firms do.
#[rustfmt::skip]
static SECTORS: &[&str] = &[
    "İnşaat", "Tekstil", "Gıda", "Otomotiv", "Turizm", "Lojistik", "Bilişim", "Mobilya", "Enerji",
    "Tarım", "Elektronik", "Elektrik", "Makine", "Medikal", "Ambalaj", "Kimya", "Reklam",
    "Danışmanlık", "Sigorta", "Yapı", "Metal", "Plastik", "Cam", "Seramik", "Denizcilik",
    "Madencilik", "Kozmetik", "Ayakkabı", "Deri", "Kırtasiye", "Yayıncılık", "Nakliyat",
    "Gayrimenkul", "Mühendislik", "Mimarlık", "Hayvancılık", "Petrol", "Temizlik", "Güvenlik",
    "Yazılım",
];

/// Occupations, a selection of our own.
#[rustfmt::skip]
static JOBS: &[&str] = &[
    "Acil tıp teknisyeni", "Ahşap ustası", "Aile hekimi", "Akademisyen", "Aktör", "Aktüer",
    "Ambalaj işçisi", "Ambulans şoförü", "Anaokulu öğretmeni", "Anestezi uzmanı", "Animatör",
    "Antrenör", "Arkeolog", "Arşivci", "Astronom", "Aşçı", "Aşçı yardımcısı", "Avukat", "Bahçıvan",
    "Bakkal", "Balıkçı", "Banka memuru", "Banka müdürü", "Barista", "Basın danışmanı",
    "Beden eğitimi öğretmeni", "Belediye memuru", "Berber", "Beyin cerrahı", "Bilgi işlem uzmanı",
    "Bilgisayar mühendisi", "Bilgisayar programcısı", "Bilgisayar teknisyeni", "Biyolog",
    "Biyomedikal mühendisi", "Boyacı", "Bulaşıkçı", "Camcı", "Çağrı merkezi temsilcisi", "Çevirmen",
    "Çevre mühendisi", "Çiçekçi", "Çiftçi", "Çilingir", "Çocuk gelişimi uzmanı", "Çocuk doktoru",
    "Dansçı", "Denizci", "Depo sorumlusu", "Dermatolog", "Dış ticaret uzmanı",
    "Dijital pazarlama uzmanı", "Diplomat", "Diş hekimi", "Diş teknisyeni", "Diyetisyen",
    "Doğalgaz tesisatçısı", "Doktor", "Döşemeci", "Ebe", "Eczacı", "Eczane teknisyeni", "Editör",
    "Ekonomist", "Elektrik mühendisi", "Elektrikçi", "Elektronik mühendisi", "Emlak danışmanı",
    "Emniyet müdürü", "Endüstri mühendisi", "Estetisyen", "Fırıncı", "Film yönetmeni",
    "Finans uzmanı", "Fizik öğretmeni", "Fizikçi", "Fizyoterapist", "Forklift operatörü",
    "Fotoğrafçı", "Garson", "Gazeteci", "Gemi kaptanı", "Gıda mühendisi", "Gişe memuru", "Gitarist",
    "Gözlükçü", "Grafik tasarımcı", "Güvenlik görevlisi", "Haber spikeri", "Hakem", "Hâkim",
    "Halkla ilişkiler uzmanı", "Harita mühendisi", "Hasta bakıcı", "Hemşire", "Heykeltıraş",
    "Hostes", "İç mimar", "İktisatçı", "İlahiyatçı", "İmam", "İngilizce öğretmeni",
    "İnsan kaynakları uzmanı", "İnşaat işçisi", "İnşaat mühendisi", "İnşaat ustası", "İstatistikçi",
    "İş güvenliği uzmanı", "İtfaiyeci", "Jeofizik mühendisi", "Jeoloji mühendisi", "Kameraman",
    "Kaportacı", "Kardiyolog", "Kasap", "Kasiyer", "Kat görevlisi", "Kaynakçı", "Kimya mühendisi",
    "Kimyager", "Komiser", "Kurye", "Kuaför", "Kuyumcu", "Kütüphaneci", "Laborant",
    "Lojistik uzmanı", "Lokanta işletmecisi", "Maden mühendisi", "Makine mühendisi",
    "Makine operatörü", "Makinist", "Makyaj uzmanı", "Mali müşavir", "Manav", "Marangoz",
    "Matbaacı", "Matematik öğretmeni", "Mermer ustası", "Metalurji mühendisi", "Meteoroloji uzmanı",
    "Mimar", "Mobilyacı", "Modacı", "Modelist", "Muhasebeci", "Muhtar", "Müfettiş", "Mühendis",
    "Müze görevlisi", "Müzik öğretmeni", "Müzisyen", "Nakliyeci", "Noter", "Okul müdürü",
    "Operatör doktor", "Orman mühendisi", "Ortopedi uzmanı", "Otel müdürü", "Oto elektrikçisi",
    "Oto tamircisi", "Otobüs şoförü", "Oyuncu", "Oyun geliştirici", "Öğretim görevlisi", "Öğretmen",
    "Özel kalem müdürü", "Pastacı", "Pazarlama müdürü", "Pazarlamacı", "Peyzaj mimarı", "Pilot",
    "Polis memuru", "Postacı", "Proje yöneticisi", "Psikiyatrist", "Psikolog", "Radyo programcısı",
    "Radyoloji teknisyeni", "Rehber öğretmen", "Reklamcı", "Ressam", "Resepsiyonist",
    "Robot programcısı", "Sağlık memuru", "Sahne tasarımcısı", "Santral görevlisi",
    "Satın alma uzmanı", "Satış danışmanı", "Satış müdürü", "Savcı", "Sekreter", "Senarist",
    "Ses teknisyeni", "Sigortacı", "Simultane tercüman", "Sistem yöneticisi", "Sıhhi tesisatçı",
    "Sosyal hizmet uzmanı", "Sosyolog", "Spor eğitmeni", "Sürücü kursu öğretmeni", "Şantiye şefi",
    "Şef garson", "Şehir plancısı", "Şoför", "Taksi şoförü", "Tarih öğretmeni", "Tarihçi",
    "Tasarımcı", "Teknik ressam", "Tekstil mühendisi", "Terzi", "Tezgâhtar", "Tır şoförü",
    "Tornacı", "Turist rehberi", "Tüccar", "Türkçe öğretmeni", "Uçak mühendisi", "Uçak teknisyeni",
    "Uzman çavuş", "Ürün müdürü", "Vergi müfettişi", "Veri analisti", "Veri bilimci",
    "Veritabanı yöneticisi", "Veteriner", "Vinç operatörü", "Web tasarımcısı", "Yapımcı", "Yayıncı",
    "Yazar", "Yazılım geliştirici", "Yazılım mühendisi", "Yazılım test uzmanı", "Yönetici asistanı",
    "Yönetmen", "Yufkacı", "Zabıta memuru", "Ziraat mühendisi", "Zoolog",
];
