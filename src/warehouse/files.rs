//! A warehouse that is a folder of CSV files: their headers as tables, and answers to questions about their rows.
//!
//! Owns which files count, and their names as tables. Of a file only the header is read until a question needs more.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::catalog::{Catalog, Column, Relation, RelationName};
use super::csv::Records;
use super::detect::{Request, Settled, settle};
use super::mapping::Mapping;
use super::question::{Answer, Answers, MOST_VALUES, Question};
use super::sorter::Sorter;
use crate::config::Problem;

/// A folder or a file that cannot be read.
#[derive(Debug, Error)]
#[error("{}: {source}", path.display())]
pub struct FilesError {
    /// Its path.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// A folder of CSV files.
#[derive(Debug)]
pub struct Files {
    /// By name.
    files: Vec<(Relation, PathBuf)>,
}

impl Files {
    /// Finds the files of a folder and of its subfolders, or those that a pattern such as `out/*.csv` fits, and reads
    /// their headers.
    ///
    /// # Errors
    /// If the folder or a file cannot be read, or if there is none.
    pub fn open(path: &Path) -> Result<Self, FilesError> {
        let pattern = path.file_name().and_then(|name| name.to_str()).filter(|name| name.contains('*'));
        let folder = match pattern {
            Some(_) => {
                path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
            }
            None => path,
        };
        let mut files = Vec::new();
        for entry in entries(folder)? {
            if entry.is_dir() && pattern.is_none() {
                let schema = entry.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
                for inner in entries(&entry)?.into_iter().filter(|inner| inner.is_file()) {
                    files.extend(file(&schema, inner, "*.csv")?);
                }
            } else if entry.is_file() {
                files.extend(file("", entry, pattern.unwrap_or("*.csv"))?);
            }
        }
        if files.is_empty() {
            let source = io::Error::new(ErrorKind::NotFound, "there is no CSV file (`*.csv`)");
            return Err(FilesError { path: path.to_owned(), source });
        }
        files.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        Ok(Self { files })
    }

    /// The files as tables.
    pub fn catalog(&self) -> Catalog {
        Catalog { relations: self.files.iter().map(|(relation, _)| relation.clone()).collect() }
    }

    /// The path of a file.
    pub fn path(&self, name: &RelationName) -> Option<&Path> {
        self.files.iter().find(|(relation, _)| relation.name == *name).map(|(_, path)| path.as_path())
    }

    /// Settles what the files mean, and answers the questions that come up: the mapping, or all that is wrong with it.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn mapping(&self, request: &Request<'_>) -> Result<Result<Mapping, Vec<Problem>>, FilesError> {
        let mut answers = Answers::new();
        loop {
            match settle(request, &answers) {
                Err(problems) => return Ok(Err(problems)),
                Ok(Settled::Mapping(mapping)) => return Ok(Ok(mapping)),
                Ok(Settled::Ask(questions)) => {
                    for question in questions {
                        let answer = self.answer(&question)?;
                        answers.insert(question, answer);
                    }
                }
            }
        }
    }

    /// The answer to a question, for which the file is read; that there is nothing, if there is no such file or column.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn answer(&self, question: &Question) -> Result<Answer, FilesError> {
        match question {
            Question::Values { relation, column } => {
                let mut values = BTreeSet::new();
                self.each(relation, std::slice::from_ref(column), |fields| {
                    if let [Some(value)] = fields {
                        values.insert((*value).to_owned());
                    }
                    values.len() <= MOST_VALUES
                })?;
                Ok(Answer::Values(values.into_iter().collect()))
            }
            Question::Repeats { relation, columns } => {
                // Digests are shorter than the values.
                let mut digests = Sorter::default();
                let mut pushed = Ok(());
                self.each(relation, columns, |fields| {
                    let digest = Sha256::digest(format!("{fields:?}"));
                    pushed = digests.push(|out| out.extend_from_slice(&digest[..16]));
                    pushed.is_ok()
                })?;
                let path = || self.path(relation).unwrap_or(Path::new("")).to_owned();
                let repeats = pushed.and_then(|()| has_repeats(digests));
                Ok(Answer::Repeats(repeats.map_err(|source| FilesError { path: path(), source })?))
            }
        }
    }

    /// Calls back with some fields of each row, until that returns false; not at all, if there is no such file or column.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn each(
        &self,
        name: &RelationName,
        columns: &[String],
        mut call: impl FnMut(&[Option<&str>]) -> bool,
    ) -> Result<(), FilesError> {
        let Some((relation, path)) = self.files.iter().find(|(relation, _)| relation.name == *name) else {
            return Ok(());
        };
        let place = |name: &String| relation.columns.iter().position(|column| column.name == *name);
        let Some(places) = columns.iter().map(place).collect::<Option<Vec<usize>>>() else { return Ok(()) };
        let wrong = |source| FilesError { path: path.clone(), source };
        let mut records = records(path)?;
        records.next_record().map_err(wrong)?;
        while let Some(record) = records.next_record().map_err(wrong)? {
            let fields: Vec<Option<&str>> =
                places.iter().map(|place| record.get(*place).and_then(|field| field.as_deref())).collect();
            if !call(&fields) {
                break;
            }
        }
        Ok(())
    }
}

/// The paths in a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, FilesError> {
    let wrong = |source| FilesError { path: folder.to_owned(), source };
    let entries = folder.read_dir().map_err(wrong)?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>().map_err(wrong)?;
    paths.sort();
    Ok(paths)
}

/// Whether a byte string comes twice.
fn has_repeats(strings: Sorter) -> io::Result<bool> {
    let mut sorted = strings.sorted()?;
    let mut last = sorted.next()?;
    while let Some(next) = sorted.next()? {
        if last.replace(next) == last {
            return Ok(true);
        }
    }
    Ok(false)
}

fn records(path: &Path) -> Result<Records<BufReader<File>>, FilesError> {
    let file = File::open(path).map_err(|source| FilesError { path: path.to_owned(), source })?;
    Ok(Records::new(BufReader::with_capacity(1 << 16, file)))
}

/// A file as a table, if its name fits a pattern.
fn file(schema: &str, path: PathBuf, pattern: &str) -> Result<Option<(Relation, PathBuf)>, FilesError> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()).filter(|_| fits(name, pattern)) else {
        return Ok(None);
    };
    let name = RelationName { schema: schema.to_owned(), name: stem.to_owned() };
    let wrong = |source| FilesError { path: path.clone(), source };
    let header = records(&path)?.next_record().map_err(wrong)?.unwrap_or_default();
    let column = |name: Option<String>| Column {
        name: name.unwrap_or_default().trim().to_owned(),
        sql_type: String::new(),
    };
    let columns = header.into_iter().map(column).collect();
    Ok(Some((Relation { name, columns, unique: Vec::new() }, path)))
}

/// Whether a name fits a pattern in which `*` stands for any characters.
fn fits(name: &str, pattern: &str) -> bool {
    let Some((begin, rest)) = pattern.split_once('*') else { return name == pattern };
    let Some(name) = name.strip_prefix(begin) else { return false };
    (0..=name.len()).filter(|at| name.is_char_boundary(*at)).any(|at| fits(&name[at..], rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn a_folder_is_read_as_tables_with_its_subfolders_as_schemas() {
        let folder = folder(&[
            ("orders.csv", "\u{feff}order_id,\"order, status\"\n1,x\n"),
            ("shop-1/orders.csv", "order_id\n"),
            ("shop-1/notes.txt", "no table"),
            ("empty.csv", ""),
        ]);
        let files = Files::open(folder.path()).unwrap();
        let shown = |relation: &Relation| {
            let columns: Vec<&str> = relation.columns.iter().map(|column| column.name.as_str()).collect();
            format!("{}: {}", relation.name.shown(), columns.join(" | "))
        };
        let tables: Vec<String> = files.catalog().relations.iter().map(shown).collect();
        assert_eq!(tables, ["empty: ", "orders: order_id | order, status", "shop-1.orders: order_id"]);
        let some = Files::open(&folder.path().join("or*s.csv")).unwrap();
        assert_eq!(some.catalog().relations.len(), 1);
    }

    #[test]
    fn rows_answer_which_values_there_are_and_whether_keys_repeat() {
        let folder = folder(&[("t.csv", "k,s\n1,a\n2,a\n2,b\n3,\n4,\"\"\n")]);
        let files = Files::open(folder.path()).unwrap();
        let relation = RelationName { schema: String::new(), name: "t".to_owned() };
        let values = Question::Values { relation: relation.clone(), column: "s".to_owned() };
        let texts = ["", "a", "b"].map(str::to_owned).to_vec();
        assert_eq!(files.answer(&values).unwrap(), Answer::Values(texts));
        let repeats = |columns: &[&str]| {
            let columns = columns.iter().map(|column| (*column).to_owned()).collect();
            files.answer(&Question::Repeats { relation: relation.clone(), columns }).unwrap()
        };
        assert_eq!(repeats(&["k"]), Answer::Repeats(true));
        assert_eq!(repeats(&["k", "s"]), Answer::Repeats(false));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let folder = folder(&[("a.txt", "")]);
        let none = Files::open(folder.path()).unwrap_err().to_string();
        assert!(none.ends_with("there is no CSV file (`*.csv`)"), "{none}");
        assert!(
            Files::open(Path::new("/nowhere/at/all"))
                .unwrap_err()
                .to_string()
                .starts_with("/nowhere/at/all: ")
        );
    }
}
