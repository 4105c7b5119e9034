//! Output by lines, so that no secret is missed because it comes in two parts.

/// What stands in the place of a secret.
const HIDDEN: &str = "[hidden]";

pub(super) struct Lines<'a> {
    secrets: &'a [String],
    /// The beginning of a line that is not complete.
    begun: Vec<u8>,
}

impl<'a> Lines<'a> {
    pub(super) const fn without(secrets: &'a [String]) -> Self {
        Self {
            secrets,
            begun: Vec::new(),
        }
    }

    /// Adds a part; what is complete by it comes back.
    pub(super) fn add(&mut self, part: &[u8]) -> String {
        self.begun.extend_from_slice(part);
        // Progress that is drawn again and again ends in a carriage return.
        let end = self.begun.iter().rposition(|byte| b"\r\n".contains(byte));
        let Some(end) = end else {
            return String::new();
        };
        let rest = self.begun.split_off(end + 1);
        let complete = std::mem::replace(&mut self.begun, rest);
        self.hide(&complete)
    }

    /// What is left at the end.
    pub(super) fn rest(&mut self) -> String {
        let rest = std::mem::take(&mut self.begun);
        self.hide(&rest)
    }

    fn hide(&self, bytes: &[u8]) -> String {
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        for secret in self.secrets {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), HIDDEN);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_in_whatever_parts_they_come() {
        let secrets = ["sesame-open".to_owned(), "ü-secret".to_owned()];
        let text = "a sesame-open b\rc ü-secret\nd sesame-op";
        for size in 1..text.len() {
            let mut lines = Lines::without(&secrets);
            let parts = text.as_bytes().chunks(size);
            let mut shown: String = parts.map(|part| lines.add(part)).collect();
            shown += &lines.rest();
            assert_eq!(shown, "a [hidden] b\rc [hidden]\nd sesame-op");
        }
    }
}
