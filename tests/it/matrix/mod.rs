//! Who may do what: every route of the OpenAPI document, tried by every kind of caller, against what is written down here.
//!
//! The table in `routes` says for each route what it needs; [`expected`] says what each caller has. Both are written by hand from the
//! requirements and never read the product's own policy, so a slip there shows here. A route without a line fails.

mod routes;
mod world;

use routes::ROUTES;
use world::World;

/// A kind of caller. All but the first five are strangers to the vault that the probes aim at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The organisation's owner, in whose vault everything lies.
    Owner,
    Editor,
    Viewer,
    /// People to whom a folder was shared with these rights.
    Seer,
    Reader,
    Writer,
    Sharer,
    /// A citizen with nothing to do with it.
    Stranger,
    Officer,
    AgencyAdmin,
    SystemAdmin,
    Auditor,
    /// A program of another system, with every scope.
    Client,
    /// The owner's token that may only read.
    ReadToken,
    Nobody,
}

use Who::*;

pub const EVERYONE: [Who; 15] = [
    Owner,
    Editor,
    Viewer,
    Seer,
    Reader,
    Writer,
    Sharer,
    Stranger,
    Officer,
    AgencyAdmin,
    SystemAdmin,
    Auditor,
    Client,
    ReadToken,
    Nobody,
];

/// What a route asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing, not even a sign-in.
    Nothing,
    /// To be signed in, by whatever means.
    SignIn,
    /// The same, and a token must be allowed to change the account.
    Account,
    /// A browser's session: no token will do.
    Session,
    /// The same, where without a cookie nobody is signed in.
    Cookie,
    /// Something of the caller's own account that a client does not have.
    OwnThing,
    /// A right on the shared folder or something in it.
    Entry(Right),
    /// A right on the vault as a whole, which sharing never gives.
    Vault(Right),
    /// The right on an entry named in the body: everybody signed in gets an answer, and the item says whether it was done.
    Item(Right),
    /// To have a vault: a client has none.
    Person,
    /// To have given the grant, or to see to its vault.
    Giver,
    /// To see a dossier of the vault that was handed in: its owner's side, and officers of its agency.
    Dossier,
    /// To be an officer of the dossier's agency.
    Counter,
    /// One of these roles.
    Role(&'static [Who]),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    View,
    Download,
    Edit,
    Reshare,
    Delete,
    Own,
}

use Right::*;

/// The rights that each caller has on the shared folder.
fn rights(who: Who) -> &'static [Right] {
    match who {
        Owner | ReadToken => &[View, Download, Edit, Reshare, Delete, Own],
        Editor => &[View, Download, Edit, Delete],
        Viewer | Reader => &[View, Download],
        Seer => &[View],
        Writer => &[View, Download, Edit],
        Sharer => &[View, Download, Reshare],
        _ => &[],
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// Any answer of success.
    Done,
    Refused(u16),
    /// Success, and the one item says whether it was done.
    Item(bool),
}

fn expected(who: Who, needs: Needs, reads: bool) -> Expected {
    let of_right = |right: Right, shared: bool| match who {
        Nobody => Expected::Refused(401),
        // The scope of a token is looked at before anything else.
        ReadToken if !reads => Expected::Refused(403),
        Seer | Reader | Writer | Sharer if !shared => Expected::Refused(404),
        _ if rights(who).is_empty() => Expected::Refused(404),
        _ if rights(who).contains(&right) => Expected::Done,
        _ => Expected::Refused(403),
    };
    match needs {
        Needs::Nothing => Expected::Done,
        Needs::SignIn if who == Nobody => Expected::Refused(401),
        Needs::SignIn => Expected::Done,
        Needs::Account => match who {
            Nobody => Expected::Refused(401),
            ReadToken => Expected::Refused(403),
            _ => Expected::Done,
        },
        Needs::Session => match who {
            Nobody => Expected::Refused(401),
            ReadToken | Client => Expected::Refused(403),
            _ => Expected::Done,
        },
        Needs::Cookie => match who {
            Nobody | ReadToken | Client => Expected::Refused(401),
            _ => Expected::Done,
        },
        Needs::OwnThing => match who {
            Nobody => Expected::Refused(401),
            ReadToken => Expected::Refused(403),
            Client => Expected::Refused(404),
            _ => Expected::Done,
        },
        Needs::Entry(right) => of_right(right, true),
        Needs::Vault(right) => of_right(right, false),
        Needs::Item(_) if who == Nobody => Expected::Refused(401),
        // Sharing gives neither right that is asked for so.
        Needs::Item(right) => Expected::Item(who != ReadToken && rights(who).contains(&right)),
        Needs::Person => match who {
            Nobody => Expected::Refused(401),
            Client => Expected::Refused(422),
            _ => Expected::Done,
        },
        Needs::Giver => match who {
            Nobody => Expected::Refused(401),
            Owner => Expected::Done,
            ReadToken if reads => Expected::Done,
            ReadToken => Expected::Refused(403),
            Editor | Viewer if reads => Expected::Done,
            Editor | Viewer => Expected::Refused(403),
            _ => Expected::Refused(404),
        },
        Needs::Dossier => match who {
            Nobody => Expected::Refused(401),
            Owner | Editor | Viewer | Officer => Expected::Done,
            ReadToken if reads => Expected::Done,
            ReadToken => Expected::Refused(403),
            _ => Expected::Refused(404),
        },
        Needs::Counter => match who {
            Nobody => Expected::Refused(401),
            Officer => Expected::Done,
            Owner | Editor | Viewer | ReadToken => Expected::Refused(403),
            _ => Expected::Refused(404),
        },
        Needs::Role(roles) => match who {
            Nobody => Expected::Refused(401),
            _ if roles.contains(&who) => Expected::Done,
            _ => Expected::Refused(403),
        },
    }
}

/// The operations of the OpenAPI document, as `METHOD /path`.
fn operations() -> Vec<String> {
    let api: serde_json::Value =
        serde_json::from_str(&kho::app::openapi().to_json().expect("the document is JSON")).expect("JSON");
    let mut operations = Vec::new();
    for (path, item) in api["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("a path item").keys() {
            if ["get", "put", "post", "delete", "patch", "head", "options"].contains(&method.as_str()) {
                operations.push(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    operations
}

#[test]
fn every_route_has_one_line_and_every_line_a_route() {
    let operations = operations();
    let lines = ROUTES.iter().map(|route| route.name.to_owned()).collect::<Vec<_>>();
    let missing = operations.iter().filter(|name| !lines.contains(name)).collect::<Vec<_>>();
    let gone = lines.iter().filter(|name| !operations.contains(name)).collect::<Vec<_>>();
    assert!(missing.is_empty(), "routes without a line in tests/it/matrix/routes.rs: {missing:#?}");
    assert!(gone.is_empty(), "lines without a route: {gone:#?}");
    assert_eq!(lines.len(), operations.len(), "a route has two lines");
}

/// Tries a share of the table, so that shares run in parallel.
async fn try_share(share: usize, shares: usize) {
    let world = World::make().await;
    let mut wrong = Vec::new();
    let mut tried = 0;
    for route in ROUTES.iter().skip(share).step_by(shares) {
        for who in EVERYONE {
            let ask = (route.make)(&world, who).await;
            let answer = world.send(who, route.name, ask).await;
            let expected = expected(who, route.needs, route.reads);
            let status = answer.status().as_u16();
            let body = answer.text().await.unwrap_or_default();
            let agrees = match expected {
                Expected::Done => (200..400).contains(&status),
                Expected::Refused(code) => status == code,
                Expected::Item(done) => status == 200 && body.contains(&format!("\"done\":{done}")),
            };
            tried += 1;
            if !agrees {
                let body = body.chars().take(200).collect::<String>();
                wrong.push(format!("{} by {who:?}: {status}, not {expected:?}: {body}", route.name));
            }
        }
    }
    println!("{tried} probes");
    assert!(wrong.is_empty(), "{} of {tried} probes went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

macro_rules! shares {
    ($($name:ident, $share:literal;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            try_share($share, 4).await;
        }
    )+};
}

shares! {
    every_caller_gets_what_is_written_down_1_of_4, 0;
    every_caller_gets_what_is_written_down_2_of_4, 1;
    every_caller_gets_what_is_written_down_3_of_4, 2;
    every_caller_gets_what_is_written_down_4_of_4, 3;
}
