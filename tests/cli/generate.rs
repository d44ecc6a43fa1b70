//! `v6share --generate`: completions and the manual.

use crate::program::{program, run};
use std::io::Write;
use std::process::{Command, Stdio};

fn generated(what: &str) -> String {
    run(program().args(["--generate", what])).is_quiet().stdout.clone()
}

#[test]
fn every_shell_completes_verbs_options_and_values() {
    for (shell, start) in
        [("bash", "_v6share() {"), ("zsh", "#compdef v6share"), ("fish", "# Print")]
    {
        let text = generated(&format!("complete-{shell}"));
        assert!(text.starts_with(start), "{shell}: {:?}", text.lines().next());
        for word in ["analyze", "registry", "piece-size", "ndjson", "user-traffic"] {
            assert!(text.contains(word), "{shell}: {word}");
        }
        // What it is, says the shell itself, where it is there.
        let check = Command::new(shell).arg("-n").stdin(Stdio::piped()).spawn();
        let Ok(mut check) = check else { continue };
        check.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(check.wait().unwrap().success(), "{shell}");
    }
}

#[test]
fn the_manual_has_a_page_of_each_verb() {
    let text = generated("man");
    assert!(text.contains(".TH v6share 1 "), "{}", &text[..200.min(text.len())]);
    for page in ["v6share-analyze", "v6share-registry", "v6share-registry-sheet", "v6share-synth"] {
        assert!(text.contains(&format!(".TH {page} 1 ")), "{page}");
    }
    assert!(text.contains("\\-\\-dedup\\-direction"));
    assert!(!text.contains(".TH v6share-help "));
}

#[test]
fn it_stands_alone_and_says_what_there_is() {
    let ran = run(program().args(["--generate", "tcsh"]));
    ran.ends_with(2);
    assert!(ran.stderr.contains("complete-bash, complete-zsh, complete-fish, man"), "{ran:?}");
    run(program().args(["--generate", "man", "config"])).ends_with(2);
    run(&mut program()).ends_with(2);
}
