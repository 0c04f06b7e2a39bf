//! A page of Markdown as the tests read it: its code blocks with the marks before them, its headings and links.
//!
//! Owns the grammar of the marks, which are HTML comments that no reader sees. Must not know how a block is run.

use std::path::Path;

use regex::Regex;

/// The languages that a code block may be of.
const LANGUAGES: [&str; 6] = ["sh", "sql", "toml", "text", "yaml", "json"];

/// Why a command may be left out of the tests.
const REASONS: [&str; 7] = [
    "builds the program",
    "needs Docker",
    "needs Kubernetes",
    "needs a server of your own",
    "needs files of the legacy generator",
    "changes the repository",
    "shows the form of a command",
];

/// What a comment says of the block that follows it.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// `not run: REASON`.
    NotRun,
    /// `run: in the background`: until its output has come; it goes on until `run: Ctrl-C`.
    Background,
    /// `run: exit code N`: the last command ends with it instead of 0.
    Exits(i32),
    /// `run: psql URL`: the block is given to this command.
    Psql(String),
    /// `output`: the block before it prints this. `…` stands for anything, times may differ.
    Output,
    /// `output: values differ`: the block before it begins with this line.
    Shape,
    /// `file: NAME`: the block is this file.
    File(String),
    /// `fragment: top level`: a part of a config.
    Fragment,
    /// `fragment: a shop`: keys of a `[[shop]]`.
    ShopFragment,
    /// `fragment: a shop, each line alone`: the same, each line for itself.
    ShopLines,
    /// `warehouse`: a `warehouse.toml`.
    Warehouse,
}

/// A code block.
#[derive(Debug)]
pub struct Block {
    /// The number of its first line.
    pub line: usize,
    /// What stands behind the backticks.
    pub language: String,
    /// The mark before it.
    pub mark: Option<Mark>,
    /// Its lines, without the indentation of the block.
    pub text: String,
}

/// What happens on a page, in order.
#[derive(Debug)]
pub enum Step {
    /// A code block.
    Block(Block),
    /// `run: Ctrl-C`: the run in the background is stopped.
    Stop,
}

/// A page.
pub struct Page {
    /// Its path below the repository's top folder.
    pub name: String,
    /// What happens on it.
    pub steps: Vec<Step>,
    folder: std::path::PathBuf,
    prose: Vec<String>,
}

impl Page {
    /// Reads a page; panics with its place where a mark or a block is not understood.
    pub fn read(top: &Path, path: &Path) -> Self {
        let name = path.strip_prefix(top).unwrap().display().to_string();
        let text = std::fs::read_to_string(path).unwrap();
        let mut page =
            Self { name, steps: Vec::new(), folder: path.parent().unwrap().to_owned(), prose: Vec::new() };
        let mut lines = text.lines().zip(1..).peekable();
        let mut mark = None;
        let mut blank = true;
        while let Some((line, number)) = lines.next() {
            let place = format!("{}:{number}", page.name);
            let inner = line.trim_start();
            if let Some(comment) = inner.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->")) {
                assert!(mark.is_none(), "{place}: two marks of one block");
                match comment.trim() {
                    "run: Ctrl-C" => page.steps.push(Step::Stop),
                    comment => mark = Some(read_mark(comment, &place)),
                }
            } else if let Some(language) = inner.strip_prefix("```") {
                assert!(LANGUAGES.contains(&language), "{place}: `{language}` is none of {LANGUAGES:?}");
                let indentation = &line[..line.len() - inner.len()];
                let body = lines.by_ref().map(|(line, _)| line).take_while(|line| line.trim() != "```");
                let body = body.map(|line| format!("{}\n", line.strip_prefix(indentation).unwrap_or(line)));
                page.steps.push(Step::Block(Block {
                    line: number,
                    language: language.to_owned(),
                    mark: mark.take(),
                    text: body.collect(),
                }));
            } else {
                assert!(mark.is_none(), "{place}: a mark stands directly before its block");
                assert!(
                    !(blank && line.starts_with("    ") && !inner.starts_with("- ")),
                    "{place}: code stands between lines of ```"
                );
                page.prose.push(line.to_owned());
            }
            blank = inner.is_empty();
        }
        page
    }

    /// Its code blocks.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.steps.iter().filter_map(|step| match step {
            Step::Block(block) => Some(block),
            Step::Stop => None,
        })
    }

    /// All code of it: what stands between backticks in a line, and the commands.
    pub fn code(&self) -> Vec<String> {
        let inline = Regex::new("`([^`]+)`").unwrap();
        let prose = self.prose.join("\n");
        let spans = inline.captures_iter(&prose).map(|span| span[1].replace('\n', " "));
        let commands = self.blocks().filter(|block| block.language == "sh").map(|block| block.text.clone());
        spans.chain(commands).collect()
    }

    /// The links of it that lead nowhere; those to other hosts are not followed.
    pub fn broken_links(&self, pages: &[Page]) -> Vec<String> {
        let code = Regex::new("`[^`]*`").unwrap();
        let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
        let mut broken = Vec::new();
        // A link's text may be code; where it leads never is.
        let prose = code.replace_all(&self.prose.join("\n"), "`").into_owned();
        for found in link.captures_iter(&prose) {
            let target = &found[1];
            if target.starts_with("https://") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = if file.is_empty() { None } else { Some(self.folder.join(file)) };
            if path.as_ref().is_some_and(|path| !path.exists()) {
                broken.push(format!("{}: there is no file {target}", self.name));
                continue;
            }
            let real = path.map(|path| path.canonicalize().unwrap());
            let page = match &real {
                None => Some(self),
                Some(path) => pages.iter().find(|page| path.ends_with(&page.name)),
            };
            let known = page.is_some_and(|page| page.anchors().iter().any(|known| known == anchor));
            if !anchor.is_empty() && !known {
                broken.push(format!("{}: there is no heading {target}", self.name));
            }
        }
        broken
    }

    /// The anchors of its headings, as GitHub makes them.
    fn anchors(&self) -> Vec<String> {
        let headings = self.prose.iter().filter(|line| line.starts_with('#'));
        let anchor = |heading: &String| {
            let text = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        };
        headings.map(anchor).collect()
    }
}

fn read_mark(comment: &str, place: &str) -> Mark {
    let (name, rest) = comment.split_once(": ").unwrap_or((comment, ""));
    match (name, rest) {
        ("not run", reason) => {
            assert!(REASONS.contains(&reason), "{place}: `{reason}` is none of {REASONS:?}");
            Mark::NotRun
        }
        ("run", "in the background") => Mark::Background,
        ("run", code) if code.starts_with("exit code ") => {
            let number = code.trim_start_matches("exit code ").parse();
            Mark::Exits(number.unwrap_or_else(|_| panic!("{place}: `{code}` is no exit code")))
        }
        ("run", command) if command.starts_with("psql ") => Mark::Psql(command.to_owned()),
        ("output", "") => Mark::Output,
        ("output", "values differ") => Mark::Shape,
        ("file", name) => Mark::File(name.to_owned()),
        ("fragment", "top level") => Mark::Fragment,
        ("fragment", "a shop") => Mark::ShopFragment,
        ("fragment", "a shop, each line alone") => Mark::ShopLines,
        ("warehouse", "") => Mark::Warehouse,
        _ => panic!("{place}: `{comment}` is no mark; CONTRIBUTING.md has them"),
    }
}
