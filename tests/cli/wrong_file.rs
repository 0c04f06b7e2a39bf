//! Files that are no config at all: told by name, exit code 2, nothing written.

use std::fs::File;
use std::process::Command;

use super::program::{Program, RIGHT, ended};

#[test]
fn a_file_that_is_not_there() {
    for command in ["check", "run", "sample"] {
        assert_eq!(
            Program::new().refuses(&format!("{command} --shops no/such.toml")),
            "no/such.toml: error: no such file\nhelp: name the file with `--shops FILE`\n"
        );
    }
}

#[test]
fn a_folder() {
    for command in ["check", "run", "sample"] {
        assert_eq!(
            Program::new().refuses(&format!("{command} --shops .")),
            ".: error: this is a folder, not a file\nhelp: name the file with `--shops FILE`\n"
        );
    }
}

#[test]
fn a_file_that_is_not_utf_8_is_told_by_line_and_column() {
    let text = RIGHT.replace("shop-1", "caf\u{1}");
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte == 1 { 0xe9 } else { byte }).collect();
    for command in ["check", "run"] {
        assert_eq!(
            Program::with(&bytes).refuses(command),
            "shops.toml:2:12: error: the file is not UTF-8: invalid byte 0xe9\n \
             2 | name = \"caf\u{fffd}\"\n   |            ^\nhelp: save the file as UTF-8\n"
        );
    }
}

#[test]
fn a_file_in_utf_16() {
    let bytes: Vec<u8> = format!("\u{feff}{RIGHT}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let told = Program::with(bytes).refuses("check");
    assert!(told.starts_with("shops.toml:1:1: error: the file is not UTF-8: invalid byte 0xff\n"), "{told}");
}

#[test]
fn an_empty_file() {
    let told = Program::with("").refuses("check");
    assert!(told.starts_with("shops.toml"), "{told}");
    assert!(told.contains("[[shop]]"), "{told}");
}

/// Answered by its size: neither read nor held as a whole.
#[test]
fn a_file_of_a_gibibyte_within_a_quarter_of_its_size() {
    let program = Program::new();
    File::create(program.path("shops.toml")).unwrap().set_len(1 << 30).unwrap();
    for command in ["check", "run", "sample"] {
        let mut limited = Command::new("/bin/sh");
        limited
            .args(["-c", "ulimit -v 262144; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_shopsim"), command])
            .current_dir(program.path("."))
            .env_clear();
        let ended = ended(limited.output().unwrap());
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended:#?}");
        assert!(ended.stderr.starts_with("shops.toml: error: the file is larger than 4 MiB\n"), "{ended:#?}");
    }
    assert_eq!(program.files(), ["shops.toml"]);
}
