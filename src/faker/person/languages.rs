//! English names of languages: those of ISO 639-1 in one word, and a few more that many speak.

/// In alphabetical order.
#[rustfmt::skip]
pub static LANGUAGES: &[&str] = &[
    "Abkhazian", "Afar", "Afrikaans", "Akan", "Albanian", "Amharic", "Arabic", "Aragonese",
    "Armenian", "Assamese", "Avaric", "Avestan", "Aymara", "Azerbaijani", "Bambara", "Bashkir",
    "Basque", "Belarusian", "Bengali", "Bislama", "Bosnian", "Breton", "Bulgarian", "Burmese",
    "Catalan", "Cebuano", "Chamorro", "Chechen", "Chichewa", "Chinese", "Chuvash", "Cornish",
    "Corsican", "Cree", "Croatian", "Czech", "Danish", "Divehi", "Dutch", "Dzongkha", "English",
    "Esperanto", "Estonian", "Ewe", "Faroese", "Fijian", "Filipino", "Finnish", "French", "Fulah",
    "Galician", "Ganda", "Georgian", "German", "Greek", "Guarani", "Gujarati", "Haitian", "Hausa",
    "Hawaiian", "Hebrew", "Herero", "Hindi", "Hmong", "Hungarian", "Icelandic", "Ido", "Igbo",
    "Indonesian", "Interlingua", "Inuktitut", "Inupiaq", "Irish", "Italian", "Japanese", "Javanese",
    "Kannada", "Kanuri", "Kashmiri", "Kazakh", "Khmer", "Kikuyu", "Kinyarwanda", "Kirundi", "Komi",
    "Kongo", "Korean", "Kurdish", "Kwanyama", "Kyrgyz", "Lao", "Latin", "Latvian", "Limburgish",
    "Lingala", "Lithuanian", "Luxembourgish", "Macedonian", "Malagasy", "Malay", "Malayalam",
    "Maltese", "Manx", "Maori", "Marathi", "Marshallese", "Mongolian", "Nauru", "Navajo", "Ndonga",
    "Nepali", "Norwegian", "Occitan", "Ojibwa", "Oriya", "Oromo", "Ossetian", "Pali", "Pashto",
    "Persian", "Polish", "Portuguese", "Punjabi", "Quechua", "Romanian", "Romansh", "Russian",
    "Samoan", "Sango", "Sanskrit", "Sardinian", "Scots", "Serbian", "Shona", "Sindhi", "Sinhala",
    "Slovak", "Slovenian", "Somali", "Spanish", "Sundanese", "Swahili", "Swati", "Swedish",
    "Tagalog", "Tahitian", "Tajik", "Tamil", "Tatar", "Telugu", "Thai", "Tibetan", "Tigrinya",
    "Tongan", "Tsonga", "Tswana", "Turkish", "Turkmen", "Twi", "Uighur", "Ukrainian", "Urdu",
    "Uzbek", "Venda", "Vietnamese", "Votic", "Walloon", "Welsh", "Wolof", "Xhosa", "Yiddish",
    "Yoruba", "Zhuang", "Zulu",
];
