use kho_signature::{Report, Want, WantKind, wanted};

/// Judging, asking and judging again until nothing is wanted that was not asked for: an issuer that was found opens new questions.
///
/// Responders are asked before lists are fetched, which are long. Nothing is asked twice.
#[derive(Debug, Clone)]
pub struct Inquiry {
    asked: Vec<Want>,
    rounds_left: u8,
}

impl Default for Inquiry {
    fn default() -> Self {
        // Issuers of issuers, then answers, then lists.
        Self { asked: Vec::new(), rounds_left: 6 }
    }
}

impl Inquiry {
    /// What to ask for next. Nothing: the report is as good as it gets.
    pub fn next(&mut self, report: &Report) -> Vec<Want> {
        if self.rounds_left == 0 {
            return Vec::new();
        }
        self.rounds_left -= 1;
        let mut wants = wanted(report);
        wants.retain(|want| !self.asked.contains(want));
        let asked_first: Vec<Want> =
            wants.iter().filter(|want| want.kind == WantKind::Ocsp).cloned().collect();
        wants.retain(|want| {
            want.kind != WantKind::Crl
                || asked_first.iter().all(|first| first.certificate != want.certificate)
        });
        self.asked.extend(wants.iter().cloned());
        wants
    }
}
