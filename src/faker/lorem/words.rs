//! Common English words, by part of speech.
//!
//! Owns the lists alone. Many words are more than one part of speech; each list holds those that are
//! often used as its own.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The parts of speech that can be asked for by Faker's names.
pub const PARTS: [(&str, &[&str]); 4] =
    [("verb", VERBS), ("noun", NOUNS), ("adverb", ADVERBS), ("adjective", ADJECTIVES)];

/// Each word of all lists once, in order.
pub fn all() -> impl Iterator<Item = &'static str> {
    static ALL: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
        let lists = [VERBS, NOUNS, ADVERBS, ADJECTIVES, OTHERS];
        lists.into_iter().flatten().copied().collect()
    });
    ALL.iter().copied()
}

/// Those of lower-case letters alone.
pub fn plain() -> &'static [&'static str] {
    static PLAIN: LazyLock<Vec<&str>> =
        LazyLock::new(|| all().filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())).collect());
    &PLAIN
}

/// Verbs.
#[rustfmt::skip]
static VERBS: &[&str] = &[
    "accept", "achieve", "act", "add", "affect", "agree", "allow", "answer", "appear", "apply", "argue",
    "arrive", "ask", "attack", "avoid", "become", "begin", "believe", "bring", "build", "burn", "buy",
    "call", "carry", "catch", "cause", "change", "choose", "claim", "close", "collect", "come", "compare",
    "consider", "contain", "continue", "control", "cost", "cover", "create", "cut", "deal", "decide",
    "describe", "design", "determine", "develop", "die", "discover", "discuss", "do", "draw", "drive",
    "eat", "enjoy", "enter", "establish", "exist", "expect", "explain", "face", "fall", "feel", "fight",
    "fill", "find", "finish", "fly", "follow", "forget", "form", "gain", "get", "give", "go", "grow",
    "happen", "have", "hear", "help", "hit", "hold", "hope", "identify", "improve", "include", "increase",
    "indicate", "involve", "join", "keep", "know", "laugh", "lay", "lead", "learn", "leave", "lie", "like",
    "listen", "live", "look", "lose", "maintain", "make", "manage", "mean", "measure", "meet", "mention",
    "miss", "move", "need", "offer", "open", "own", "pass", "pay", "pick", "plan", "play", "prepare",
    "prevent", "produce", "protect", "prove", "provide", "pull", "push", "put", "raise", "reach", "read",
    "realize", "receive", "recognize", "reduce", "reflect", "remain", "remember", "remove", "replace",
    "require", "rest", "return", "reveal", "rise", "run", "save", "say", "see", "seek", "seem", "sell",
    "send", "serve", "set", "share", "shoot", "show", "sing", "sit", "sleep", "sound", "speak", "spend",
    "stand", "start", "stay", "stop", "suffer", "suggest", "support", "take", "talk", "teach", "tell",
    "tend", "think", "throw", "touch", "treat", "try", "turn", "understand", "use", "visit", "wait", "walk",
    "want", "watch", "wear", "win", "wish", "wonder", "work", "write",
];

/// Nouns.
#[rustfmt::skip]
static NOUNS: &[&str] = &[
    "ability", "account", "action", "activity", "administration", "age", "agency", "agreement", "air",
    "animal", "area", "arm", "art", "article", "artist", "attention", "audience", "author", "baby", "back",
    "bag", "ball", "bank", "bar", "base", "beat", "bed", "behavior", "benefit", "bill", "blood", "board",
    "body", "book", "box", "boy", "brother", "budget", "building", "business", "camera", "campaign",
    "candidate", "car", "card", "career", "case", "cell", "center", "century", "chair", "chance", "chapter",
    "character", "charge", "child", "choice", "church", "citizen", "city", "class", "coach", "collection",
    "college", "color", "community", "company", "computer", "concern", "condition", "conference",
    "congress", "consumer", "country", "couple", "course", "court", "crime", "culture", "cup", "customer",
    "data", "daughter", "day", "death", "debate", "decade", "decision", "defense", "degree", "difference",
    "dinner", "direction", "director", "discussion", "disease", "doctor", "dog", "door", "dream", "drug",
    "economy", "edge", "education", "effect", "effort", "election", "employee", "energy", "environment",
    "event", "evidence", "example", "executive", "experience", "expert", "eye", "fact", "factor", "family",
    "father", "fear", "field", "figure", "film", "finger", "fire", "firm", "floor", "food", "foot", "force",
    "friend", "front", "future", "game", "garden", "gas", "girl", "glass", "goal", "government", "ground",
    "group", "growth", "guess", "gun", "guy", "hair", "half", "hand", "head", "health", "heart", "heat",
    "history", "home", "hospital", "hotel", "hour", "house", "husband", "idea", "image", "impact",
    "individual", "industry", "information", "institution", "interest", "interview", "investment", "issue",
    "item", "job", "kid", "kind", "kitchen", "knowledge", "land", "language", "law", "lawyer", "leader",
    "leg", "letter", "level", "life", "light", "line", "list", "loss", "love", "machine", "magazine", "man",
    "management", "manager", "market", "marriage", "material", "matter", "media", "member", "memory",
    "message", "method", "middle", "mind", "minute", "mission", "model", "moment", "money", "month",
    "morning", "mother", "mouth", "movement", "movie", "music", "name", "nation", "nature", "network",
    "news", "newspaper", "night", "note", "number", "office", "officer", "oil", "option", "order",
    "organization", "owner", "page", "pain", "painting", "paper", "parent", "part", "participant", "party",
    "patient", "pattern", "peace", "people", "performance", "period", "person", "phone", "picture", "piece",
    "place", "player", "point", "police", "policy", "population", "position", "power", "practice",
    "president", "pressure", "price", "problem", "process", "professor", "program", "project", "property",
    "purpose", "quality", "question", "race", "radio", "range", "rate", "reality", "reason", "record",
    "region", "relationship", "report", "research", "resource", "response", "rest", "result", "risk",
    "road", "rock", "role", "room", "rule", "scene", "school", "science", "scientist", "sea", "season",
    "seat", "section", "security", "series", "shoulder", "side", "sign", "sister", "site", "situation",
    "size", "skill", "skin", "society", "soldier", "son", "song", "source", "space", "speech", "sport",
    "spring", "staff", "stage", "star", "statement", "station", "step", "stock", "store", "story",
    "strategy", "street", "structure", "student", "study", "style", "subject", "success", "summer", "sun",
    "surface", "system", "table", "task", "tax", "teacher", "team", "technology", "television", "term",
    "test", "theory", "thing", "thought", "threat", "time", "town", "trade", "training", "travel",
    "treatment", "tree", "trial", "trip", "trouble", "truth", "type", "unit", "value", "victim", "view",
    "violence", "voice", "vote", "wall", "war", "water", "way", "weapon", "week", "weight", "wife", "wind",
    "window", "woman", "word", "worker", "world", "yard", "year",
];

/// Adjectives.
#[rustfmt::skip]
static ADJECTIVES: &[&str] = &[
    "able", "actual", "afraid", "alone", "available", "bad", "beautiful", "best", "better", "big", "black",
    "blue", "certain", "clear", "cold", "common", "cultural", "current", "dark", "dead", "deep",
    "democratic", "different", "difficult", "early", "easy", "economic", "entire", "environmental",
    "federal", "few", "final", "financial", "fine", "foreign", "free", "full", "general", "good", "great",
    "green", "happy", "hard", "heavy", "high", "hot", "huge", "human", "important", "international",
    "large", "late", "least", "left", "legal", "little", "local", "long", "low", "main", "major", "many",
    "medical", "military", "modern", "most", "national", "natural", "necessary", "new", "nice", "old",
    "open", "other", "particular", "past", "personal", "physical", "poor", "popular", "possible", "present",
    "pretty", "private", "public", "quick", "ready", "real", "recent", "red", "religious", "responsible",
    "rich", "right", "serious", "several", "short", "significant", "similar", "simple", "single", "small",
    "social", "southern", "special", "specific", "strong", "successful", "sure", "thick", "tough",
    "traditional", "true", "various", "warm", "white", "whole", "wide", "wonderful", "wrong", "young",
];

/// Adverbs.
#[rustfmt::skip]
static ADVERBS: &[&str] = &[
    "again", "ago", "ahead", "almost", "already", "also", "always", "apart", "around", "away", "certainly",
    "clearly", "closely", "down", "easily", "else", "especially", "even", "eventually", "ever", "exactly",
    "far", "finally", "forward", "generally", "hardly", "here", "however", "indeed", "instead", "just",
    "later", "maybe", "meanwhile", "more", "much", "nearly", "never", "nor", "not", "now", "often", "once",
    "only", "outside", "over", "perhaps", "possibly", "probably", "quickly", "quite", "rather", "really",
    "recently", "simply", "since", "so", "sometimes", "soon", "still", "suddenly", "then", "there",
    "therefore", "thus", "together", "tonight", "too", "twice", "up", "usually", "very", "well", "yet",
];

/// Pronouns, prepositions, conjunctions and numbers.
#[rustfmt::skip]
static OTHERS: &[&str] = &[
    "a", "about", "above", "according", "across", "after", "against", "all", "although", "among", "an",
    "and", "any", "anyone", "anything", "as", "at", "be", "because", "before", "behind", "between", "both",
    "but", "by", "can", "could", "despite", "during", "each", "eight", "either", "enough", "every",
    "everybody", "everyone", "everything", "five", "for", "four", "from", "her", "hers", "herself", "him",
    "himself", "his", "how", "hundred", "I", "if", "in", "into", "it", "its", "itself", "me", "might",
    "million", "mine", "must", "my", "myself", "near", "nearly", "neither", "no", "nobody", "none",
    "nothing", "of", "off", "on", "one", "onto", "or", "our", "out", "per", "same", "seven", "she",
    "should", "six", "some", "somebody", "someone", "something", "such", "ten", "than", "that", "the",
    "their", "them", "themselves", "these", "they", "this", "those", "thousand", "three", "through",
    "throughout", "to", "toward", "two", "under", "until", "upon", "us", "we", "what", "whatever", "when",
    "where", "whether", "which", "while", "who", "whom", "whose", "why", "will", "with", "within",
    "without", "would", "you", "your", "yourself",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_many_words_of_letters_alone() {
        assert!(all().count() > 700);
        assert!(all().all(|word| (1..=14).contains(&word.len())));
        assert!(all().all(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic())));
    }
}
