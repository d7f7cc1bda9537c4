//! Personal numbers in what is shown of certificates.

/// What numbers of people and organisations begin with in the names of Vietnamese and European certificates.
const MARKS: [&str; 8] = ["CCCD:", "CMND:", "MST:", "HC:", "CCCD ", "CMND ", "IDCVN-", "PNOVN-"];
/// Characters that are left to be seen, so that people recognise their own.
const SHOWN: usize = 3;

/// The text with such numbers hidden but for their end.
pub fn mask(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, mark)) =
        MARKS.iter().filter_map(|mark| Some((rest.find(mark)?, *mark))).min_by_key(|(at, _)| *at)
    {
        let (before, number) = rest.split_at(at + mark.len());
        out.push_str(before);
        let end = number.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(number.len());
        let hidden = end.saturating_sub(SHOWN);
        out.extend(std::iter::repeat_n('•', hidden));
        out.push_str(&number[hidden..end]);
        rest = &number[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn only_the_end_of_a_number_is_shown() {
        let name = "UID=CCCD:012345678901,CN=Nguyễn Văn An,L=Hà Nội";
        assert_eq!(mask(name), "UID=CCCD:•••••••••901,CN=Nguyễn Văn An,L=Hà Nội");
        assert_eq!(mask("UID=MST:0100109106"), "UID=MST:•••••••106");
        assert_eq!(mask("CN=Root,C=VN"), "CN=Root,C=VN");
        assert_eq!(mask("CMND:12"), "CMND:12");
    }
}
