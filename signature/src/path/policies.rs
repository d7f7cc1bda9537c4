//! Certificate policies along a path (RFC 5280, 6.1). In place of the tree of 6.1.2 (a), which certificates can make grow without end
//! (RFC 9618), each level keeps from which policies of the anchor's own domain every policy descends: that is all that is asked of the
//! tree in the end.

use std::collections::{BTreeMap, BTreeSet};

use super::search::Chain;
use crate::x509::{Certificate, PolicyId};

/// Policies, and those of the anchor's domain that each stands for.
type Policies<'c> = BTreeMap<&'c PolicyId, BTreeSet<&'c PolicyId>>;

/// Whether the path has a policy where one is asked for: by the anchor, or by a certificate of the path.
pub(super) fn is_met(chain: &Chain<'_>) -> bool {
    let wanted = &chain.anchor.policies;
    // 6.1.2: how many more certificates may come before a policy is needed, may be mapped, may be any.
    let all = chain.certificates.len() + 1;
    let mut explicit_in = if wanted.is_empty() { all } else { 0 };
    let (mut mapping_ends_in, mut any_ends_in) = (all, all);
    let mut expected = Policies::new();
    let mut any = true;

    for (place, certificate) in chain.certificates.iter().enumerate().rev() {
        let extensions = certificate.extensions();
        let is_last = place == 0;
        let may_be_any = any_ends_in > 0 || !is_last && certificate.is_self_issued();
        let (mut held, held_any) = held(certificate, &expected, any, may_be_any);
        any = held_any;
        // 6.1.3 (f)
        if explicit_in == 0 && !any && held.is_empty() {
            return false;
        }
        if is_last {
            // 6.1.5
            explicit_in = explicit_in.saturating_sub(1);
            if extensions.explicit_policy == Some(0) {
                explicit_in = 0;
            }
            let is_wanted = |policies: &BTreeSet<&PolicyId>| {
                wanted.is_empty() || wanted.iter().any(|policy| policy.is_any() || policies.contains(policy))
            };
            return explicit_in > 0 || any || held.values().any(is_wanted);
        }
        // 6.1.4
        if extensions.policy_mappings.iter().any(|(from, to)| from.is_any() || to.is_any()) {
            return false;
        }
        expected = mapped(certificate, &mut held, any, mapping_ends_in > 0);
        if !certificate.is_self_issued() {
            for count in [&mut explicit_in, &mut mapping_ends_in, &mut any_ends_in] {
                *count = count.saturating_sub(1);
            }
        }
        let least = |count: usize, own: Option<u32>| own.map_or(count, |own| count.min(own as usize));
        explicit_in = least(explicit_in, extensions.explicit_policy);
        mapping_ends_in = least(mapping_ends_in, extensions.mapping_inhibited);
        any_ends_in = least(any_ends_in, extensions.any_policy_inhibited);
    }
    true
}

/// 6.1.3 (d) and (e): what the certificate names of what it may name, and whether it still may be any policy.
fn held<'c>(
    certificate: &'c Certificate,
    expected: &Policies<'c>,
    any: bool,
    may_be_any: bool,
) -> (Policies<'c>, bool) {
    let Some(named) = &certificate.extensions().policies else { return (Policies::new(), false) };
    let mut held = Policies::new();
    for policy in named.iter().filter(|policy| !policy.is_any()) {
        if let Some(origins) = expected.get(policy) {
            held.insert(policy, origins.clone());
        } else if any {
            held.insert(policy, BTreeSet::from([policy]));
        }
    }
    let names_any = may_be_any && named.iter().any(PolicyId::is_any);
    if names_any {
        for (policy, origins) in expected {
            held.entry(policy).or_insert_with(|| origins.clone());
        }
    }
    (held, names_any && any)
}

/// 6.1.4 (b): what the next certificate may name, and what that stands for.
fn mapped<'c>(
    certificate: &'c Certificate,
    held: &mut Policies<'c>,
    any: bool,
    may_map: bool,
) -> Policies<'c> {
    let mappings = &certificate.extensions().policy_mappings;
    let mut expected = Policies::new();
    for (from, to) in mappings.iter().filter(|_| may_map) {
        let origins = match held.get(from) {
            Some(origins) => origins.clone(),
            None if any => BTreeSet::from([from]),
            None => continue,
        };
        expected.entry(to).or_default().extend(origins);
    }
    // A policy that is mapped, or that may no longer be, is not expected by its own name.
    mappings.iter().for_each(|(from, _)| drop(held.remove(from)));
    for (policy, origins) in held {
        expected.entry(policy).or_default().extend(origins.iter().copied());
    }
    expected
}
