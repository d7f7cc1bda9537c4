//! Canonical forms against the examples of the recommendations; the examples that need a document type declaration go without it.

use proptest::prelude::*;

use super::*;

const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const SECOND: &str = "http://www.w3.org/2006/12/xml-c14n11";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

fn whole(text: &str, method: &str) -> String {
    let text = decode(text.as_bytes()).unwrap();
    let document = Document::parse(&text).unwrap();
    let method = Method::of(method).unwrap();
    String::from_utf8(canonical(&Selection::all(document.whole()), &method, 1 << 30).unwrap()).unwrap()
}

/// The canonical form of the element of a local name.
fn part(text: &str, local: &str, method: &Method) -> String {
    let document = Document::parse(text).unwrap();
    let apex = document.whole().descendants().find(|node| node.name().1 == local).unwrap();
    String::from_utf8(canonical(&Selection::all(apex), method, 1 << 20).unwrap()).unwrap()
}

#[test]
fn instructions_and_comments_beside_the_root() {
    // Canonical XML 1.0 and 1.1, 3.1.
    let text = "<?xml version=\"1.0\"?>\n\n<?xml-stylesheet   href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n\n\
        <doc>Hello, world!<!-- Comment 1 --></doc>\n\n<?pi-without-data     ?>\n\n<!-- Comment 2 -->\n\n<!-- Comment 3 -->\n";
    let without = "<?xml-stylesheet href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n<doc>Hello, world!</doc>\n<?pi-without-data?>";
    let with = "<?xml-stylesheet href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n<doc>Hello, world!<!-- Comment 1 --></doc>\n\
        <?pi-without-data?>\n<!-- Comment 2 -->\n<!-- Comment 3 -->";
    for method in [INCLUSIVE, SECOND, EXCLUSIVE] {
        assert_eq!(whole(text, method), without);
        let commented = match method.strip_suffix('#') {
            Some(_) => format!("{method}WithComments"),
            None => format!("{method}#WithComments"),
        };
        assert_eq!(whole(text, &commented), with);
    }
}

#[test]
fn tags_and_namespaces() {
    // 3.3.
    let text = r#"<doc>
   <e1   />
   <e2   ></e2>
   <e3   name = "elem3"   id="elem3"   />
   <e5 a:attr="out" b:attr="sorted" attr2="all" attr="I'm"
      xmlns:b="http://www.ietf.org"
      xmlns:a="http://www.w3.org"
      xmlns="http://example.org"/>
   <e6 xmlns="" xmlns:a="http://www.w3.org">
      <e7 xmlns="http://www.ietf.org">
         <e8 xmlns="" xmlns:a="http://www.w3.org">
            <e9 xmlns="" xmlns:a="http://www.ietf.org"/>
         </e8>
      </e7>
   </e6>
</doc>"#;
    let expected = r#"<doc>
   <e1></e1>
   <e2></e2>
   <e3 id="elem3" name="elem3"></e3>
   <e5 xmlns="http://example.org" xmlns:a="http://www.w3.org" xmlns:b="http://www.ietf.org" attr="I'm" attr2="all" b:attr="sorted" a:attr="out"></e5>
   <e6 xmlns:a="http://www.w3.org">
      <e7 xmlns="http://www.ietf.org">
         <e8 xmlns="">
            <e9 xmlns:a="http://www.ietf.org"></e9>
         </e8>
      </e7>
   </e6>
</doc>"#;
    assert_eq!(whole(text, INCLUSIVE), expected);
    assert_eq!(whole(text, SECOND), expected);
}

#[test]
fn characters() {
    // 3.4.
    let text = r#"<doc>
   <text>First line&#x0d;&#10;Second line</text>
   <value>&#x32;</value>
   <compute><![CDATA[value>"0" && value<"10" ?"valid":"error"]]></compute>
   <compute expr='value>"0" &amp;&amp; value&lt;"10" ?"valid":"error"'>valid</compute>
   <norm attr=' &apos;   &#x20;&#13;&#xa;&#9;   &apos; '/>
</doc>"#;
    let expected = r#"<doc>
   <text>First line&#xD;
Second line</text>
   <value>2</value>
   <compute>value&gt;"0" &amp;&amp; value&lt;"10" ?"valid":"error"</compute>
   <compute expr="value>&quot;0&quot; &amp;&amp; value&lt;&quot;10&quot; ?&quot;valid&quot;:&quot;error&quot;">valid</compute>
   <norm attr=" '    &#xD;&#xA;&#x9;   ' "></norm>
</doc>"#;
    assert_eq!(whole(text, INCLUSIVE), expected);
    // 3.6, and line ends as a reader sees them.
    assert_eq!(whole("<doc>&#169;</doc>", INCLUSIVE), "<doc>\u{a9}</doc>");
    assert_eq!(whole("<doc a='1\r\n2'>\r\n\r</doc>", INCLUSIVE), "<doc a=\"1 2\">\n\n</doc>");
}

#[test]
fn an_element_out_of_its_context() {
    // Exclusive XML Canonicalization 1.0, 2.2.
    let one = r#"<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n0:local>"#;
    let other = r#"<n2:pdu xmlns:n1="http://example.com" xmlns:n2="http://foo.example" xml:lang="fr" xml:space="retain"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n2:pdu>"#;
    let method = |name: &str| Method::of(name).unwrap();
    assert_eq!(
        part(one, "elem2", &method(INCLUSIVE)),
        r#"<n1:elem2 xmlns:n0="foo:bar" xmlns:n1="http://example.net" xmlns:n3="ftp://example.org" xml:lang="en"><n3:stuff></n3:stuff></n1:elem2>"#
    );
    assert_eq!(
        part(other, "elem2", &method(INCLUSIVE)),
        r#"<n1:elem2 xmlns:n1="http://example.net" xmlns:n2="http://foo.example" xml:lang="en" xml:space="retain"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>"#
    );
    let exclusive = r#"<n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>"#;
    assert_eq!(part(one, "elem2", &method(EXCLUSIVE)), exclusive);
    assert_eq!(part(other, "elem2", &method(EXCLUSIVE)), exclusive);
    let listed = Method { inclusive_prefixes: vec!["n2".to_owned()], ..method(EXCLUSIVE) };
    assert_eq!(
        part(other, "elem2", &listed),
        exclusive.replace(" xml:lang", r#" xmlns:n2="http://foo.example" xml:lang"#)
    );
}

#[test]
fn version_1_1_takes_no_id_along() {
    // Canonical XML 1.1, 2.4.
    let text = r#"<a xml:id="i" xml:lang="vi" xml:space="preserve"><b xml:space="default"/></a>"#;
    let of = |name: &str| part(text, "b", &Method::of(name).unwrap());
    assert_eq!(of(INCLUSIVE), r#"<b xml:id="i" xml:lang="vi" xml:space="default"></b>"#);
    assert_eq!(of(SECOND), r#"<b xml:lang="vi" xml:space="default"></b>"#);
}

#[test]
fn what_readers_could_differ_about_is_refused() {
    for (text, why) in [
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", Malformed::Doctype),
        ("<a>&b;</a>", Malformed::Entity),
        ("<a b='&c;'/>", Malformed::Entity),
        ("<a>&#0;</a>", Malformed::Form),
        ("<a>&#xd800;</a>", Malformed::Form),
        ("<a>\u{1}</a>", Malformed::Form),
        ("<a>\u{fffe}</a>", Malformed::Form),
        ("<a>& b</a>", Malformed::Form),
        ("<a>]]></a>", Malformed::Form),
        ("<a b='<'/>", Malformed::Form),
        ("<a b='1'c='2'/>", Malformed::Form),
        ("<a b=1/>", Malformed::Form),
        ("<a b='1' b='2'/>", Malformed::Form),
        ("<a xmlns:b='u' xmlns:c='u' b:d='1' c:d='2'/>", Malformed::Form),
        ("<a xmlns:b='u' xmlns:b='v'/>", Malformed::Form),
        ("<a><b></a></b>", Malformed::Form),
        ("<a/><b/>", Malformed::Form),
        ("<a/>text", Malformed::Form),
        ("<a/>&#32;", Malformed::Form),
        ("<a/><![CDATA[ ]]>", Malformed::Form),
        ("<a><![cdata[b]]></a>", Malformed::Form),
        ("<a><!-- b -- c --></a>", Malformed::Form),
        ("<a>", Malformed::Form),
        ("<a", Malformed::Form),
        ("", Malformed::Form),
        ("< a/>", Malformed::Form),
        ("<1a/>", Malformed::Form),
        ("<a:b:c/>", Malformed::Form),
        ("<?XML version='1.0'?><a/>", Malformed::Form),
        ("<a/><?xml version='1.0'?>", Malformed::Form),
        ("<?xml version='2.0'?><a/>", Malformed::Form),
        ("<b:a/>", Malformed::Namespace),
        ("<a b:c='d'/>", Malformed::Namespace),
        ("<a xmlns:b=''/>", Malformed::Namespace),
        ("<a xmlns:xml='u'/>", Malformed::Namespace),
        ("<a xmlns:b='http://www.w3.org/XML/1998/namespace'/>", Malformed::Namespace),
    ] {
        assert_eq!(Document::parse(text).err(), Some(why), "{text}");
    }
    assert_eq!(Document::parse(&"<a>".repeat(600)).err(), Some(Malformed::Limit));
    assert_eq!(decode(b"<?xml version='1.0' encoding='windows-1258'?><a/>").err(), Some(Malformed::Encoding));
    assert_eq!(decode(b"<a>\xff</a>").err(), Some(Malformed::Encoding));
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>";
    assert!(decode(latin).unwrap().ends_with("<a>\u{e9}</a>"));
    assert_eq!(decode(b"\xff\xfe<\0a\0/\0>\0").as_deref(), Ok("<a/>"));
}

#[test]
fn an_id_that_comes_twice_names_nothing() {
    let text = "<a><b Id='x'/><c id='x'/><d ID='y'/><e xml:id='z'/></a>";
    let document = Document::parse(text).unwrap();
    assert!(document.by_id("x").is_err());
    assert_eq!(document.by_id("y").unwrap().unwrap().name().1, "d");
    assert_eq!(document.by_id("z").unwrap().unwrap().name().1, "e");
    assert!(document.by_id("w").unwrap().is_none());
}

#[test]
fn many_namespaces_and_attributes_cost_little() {
    let declared: String = (0..20_000).map(|number| format!(" xmlns:p{number}='u{number}'")).collect();
    let named: String = (0..20_000).map(|number| format!(" xml:a{number}='1'")).collect();
    let each = "<b xmlns:q='v'/>".repeat(20_000);
    let text = format!("<a{declared}{named}>{each}</a>");
    let started = std::time::Instant::now();
    assert!(whole(&text, INCLUSIVE).len() > 20_000);
    assert!(whole(&text, EXCLUSIVE).len() > 20_000);
    assert!(started.elapsed().as_secs() < 5);
}

/// Pieces of documents in any order: what is nearly right goes deepest.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<a>",
        "</a>",
        "<b:c xmlns:b='u'>",
        "</b:c>",
        "<d e='f' xml:lang='vi'/>",
        "text",
        "&amp;",
        "&#10;",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?p q?>",
        "<",
        ">",
        "'",
        "\"",
        "=",
        " ",
        "xmlns=''",
        "&",
        ";",
        "\u{1ec7}",
        "<?xml version='1.0'?>",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_canonical_form_is_its_own(text in pieces()) {
        let text = format!("<r>{text}</r>");
        if let Ok(document) = Document::parse(&text) {
            for name in [INCLUSIVE, SECOND, EXCLUSIVE] {
                let method = Method::of(name).unwrap();
                let once = canonical(&Selection::all(document.whole()), &method, 1 << 30).unwrap();
                prop_assert_eq!(whole(std::str::from_utf8(&once).unwrap(), name).into_bytes(), once);
            }
        }
    }

    #[test]
    fn noise_is_answered(bytes in prop::collection::vec(any::<u8>(), 0..200), text in pieces()) {
        if let Ok(text) = decode(&bytes) {
            let _ = Document::parse(&text);
        }
        let _ = Document::parse(&text);
    }
}
