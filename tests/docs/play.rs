//! A page from its first command to its last: each runs in the folder that those before it have left.
//!
//! Owns which block is run how, and what is asked of it.

use super::output::{begins_alike, pattern, tamed};
use super::page::{Block, Mark, Page, Step};
use super::place::{Place, Running, until};

/// Whether any command of a page is run.
pub fn has_commands(page: &Page) -> bool {
    let is_command = |block: &Block| matches!(block.language.as_str(), "sh" | "sql");
    page.blocks().any(|block| is_command(block) && block.mark != Some(Mark::NotRun))
}

/// Plays a page; what did not go as it says. The first complaint ends it, as what follows builds on it.
pub fn page(page: &Page, place: &Place) -> Vec<String> {
    let mut run: Option<Running> = None;
    let mut steps = page.steps.iter().peekable();
    while let Some(step) = steps.next() {
        let outcome = match step {
            Step::Stop => stop(run.take()),
            Step::Block(block) => {
                let shown = match steps.peek() {
                    Some(Step::Block(next)) if matches!(next.mark, Some(Mark::Output | Mark::Shape)) => {
                        Some(next)
                    }
                    _ => None,
                };
                play(place, block, shown, &mut run).map_err(|said| (block.line, said))
            }
        };
        if let Err((line, said)) = outcome {
            return vec![format!("{}:{line}: {said}", page.name)];
        }
    }
    match run {
        Some(_) => vec![format!("{}: the run in the background is never stopped", page.name)],
        None => Vec::new(),
    }
}

fn stop(run: Option<Running>) -> Result<(), (usize, String)> {
    let run = run.ok_or((0, "Ctrl-C, and nothing runs".to_owned()))?;
    match run.stop() {
        Some(0) => Ok(()),
        code => Err((0, format!("after Ctrl-C the run ended with {code:?}"))),
    }
}

fn play(
    place: &Place,
    block: &Block,
    shown: Option<&Block>,
    run: &mut Option<Running>,
) -> Result<(), String> {
    match (block.language.as_str(), &block.mark) {
        (_, Some(Mark::NotRun)) => Ok(()),
        ("sh", None) => to_its_end(place, &block.text, 0, shown, run.is_some()),
        ("sh", Some(Mark::Exits(code))) => to_its_end(place, &block.text, *code, shown, run.is_some()),
        ("sh", Some(Mark::Background)) => {
            let shown = shown.ok_or("a run in the background needs its output below, which is waited for")?;
            let mut started = place.start(&block.text);
            let expected = pattern(&place.own(&shown.text), false);
            let fits = |run: &Running| expected.is_match(&tamed(&run.printed()));
            until(|| fits(&started) || started.has_ended());
            if !fits(&started) {
                return Err(format!("the output below never came:\n{}", started.printed()));
            }
            *run = Some(started);
            Ok(())
        }
        ("sql", Some(Mark::Psql(command))) => {
            let script = format!("{command} -v ON_ERROR_STOP=1 <<'END'\n{}END\n", block.text);
            to_its_end(place, &script, 0, shown, false)
        }
        ("sh" | "sql", None | Some(_)) => {
            Err("neither run nor marked why not: see CONTRIBUTING.md, \"Documentation\"".to_owned())
        }
        ("toml", Some(Mark::File(name))) => {
            place.write(name, &block.text);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Runs a script, which ends with this code; again and again while a run in the background may not have come to what is
/// shown.
fn to_its_end(
    place: &Place,
    script: &str,
    expected: i32,
    shown: Option<&Block>,
    again: bool,
) -> Result<(), String> {
    let mut outcome = Ok(());
    until(|| {
        let ended = place.bash(script);
        let fits = shown.is_none_or(|shown| match shown.mark {
            Some(Mark::Shape) => begins_alike(&ended.output, &place.own(&shown.text)),
            _ => pattern(&place.own(&shown.text), true).is_match(&tamed(&ended.output)),
        });
        outcome = match ended.code {
            Some(code) if code == expected && fits => Ok(()),
            Some(code) if code == expected => {
                Err(format!("its output is not what is shown below:\n{}", ended.output))
            }
            code => Err(format!("ended with {code:?}:\n{}", ended.output)),
        };
        outcome.is_ok() || !again
    });
    outcome
}
