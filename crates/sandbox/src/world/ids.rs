//! Identities: every entity is a kind with a few indexes, and its UUID is those
//! numbers under a keyed permutation.
//!
//! A UUID can therefore be turned back into the entity without a table, however
//! many entities there are, and a UUID from anywhere else is recognised as
//! foreign by its check field.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::chance::{draw, mix};

macro_rules! number {
    ($part:ident) => {
        u64
    };
}

macro_rules! entities {
    ($($code:literal $(#[$doc:meta])* $name:ident($($part:ident),*);)*) => {
        /// Everything that has an identity.
        ///
        /// The numbers are indexes: of a pipeline, a build's number, a job's place in
        /// its build, and so on. At most four, within the widths of [`WIDTHS`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Entity {
            $($(#[$doc])* $name($(number!($part)),*),)*
        }

        impl Entity {
            fn parts(self) -> (u8, [u64; 4]) {
                let mut parts = [0; 4];
                let code = match self {
                    $(Self::$name($($part),*) => {
                        let given: &[u64] = &[$($part),*];
                        parts[..given.len()].copy_from_slice(given);
                        $code
                    })*
                };
                (code, parts)
            }

            fn from_parts(code: u8, parts: [u64; 4]) -> Option<Self> {
                let mut rest = parts.into_iter();
                let entity = match code {
                    $($code => Self::$name($({ let $part = rest.next()?; $part }),*),)*
                    _ => return None,
                };
                rest.all(|part| part == 0).then_some(entity)
            }
        }
    };
}

entities! {
    1 /// The one organization.
      Organization();
    2 /// The person whose token is used.
      Viewer();
    3 /// A person.
      User(user);
    4 /// A person's membership in the organization.
      Member(user);
    5 /// A team.
      Team(team);
    6 /// A person's membership in a team.
      TeamMember(team, user);
    7 /// A team's access to a pipeline.
      TeamPipeline(team, pipeline);
    8 /// A team's access to a suite.
      TeamSuite(team, suite);
    9 /// A team's access to a registry.
      TeamRegistry(team, registry);
    10 /// A pipeline.
      Pipeline(pipeline);
    11 /// A build, by its number in its pipeline.
      Build(pipeline, number);
    12 /// A job, by its place in its build.
      Job(pipeline, number, job);
    13 /// An event in a job's life.
      JobEvent(pipeline, number, job, event);
    14 /// A file that a job uploaded.
      Artifact(pipeline, number, job, artifact);
    15 /// A note on a build (job is [`Entity::WHOLE_BUILD`]) or on a job.
      Annotation(pipeline, number, job, annotation);
    16 /// The step that a job came from.
      Step(pipeline, number, job);
    17 /// A cluster.
      Cluster(cluster);
    18 /// A queue.
      Queue(queue);
    19 /// A cluster's agent token.
      ClusterToken(cluster, token);
    20 /// An agent.
      Agent(agent);
    21 /// An unclustered agent token.
      AgentToken(token);
    22 /// A schedule of a pipeline.
      Schedule(pipeline, schedule);
    23 /// A pipeline template.
      Template(template);
    24 /// A rule.
      Rule(rule);
    25 /// A test suite.
      Suite(suite);
    26 /// A package registry.
      Registry(registry);
    27 /// An audit event, the newest first.
      AuditEvent(event);
    28 /// An invitation to the organization.
      Invitation(invitation);
    29 /// An e-mail address of a person.
      Email(user, email);
    30 /// A way to sign in.
      SsoProvider(provider);
    31 /// A secret.
      Secret(secret);
    32 /// A notification service.
      NotificationService(service);
    33 /// An API access token.
      ApiAccessToken(token);
    34 /// The organization's banner.
      Banner();
    35 /// A figure about a pipeline.
      PipelineMetric(pipeline, metric);
    36 /// An object of a type that has no data of its own: the type's index and a hash.
      Generic(ty, low, high);
}

impl Entity {
    /// The job index that stands for "no job" in [`Entity::Annotation`].
    pub(crate) const WHOLE_BUILD: u64 = (1 << 24) - 1;

    /// An object without data of its own; the hash is all that tells it from others.
    pub(crate) fn generic(ty: u64, hash: u64) -> Self {
        Self::Generic(ty, hash & 0xffff_ffff, (hash >> 32) & 0x00ff_ffff)
    }

    /// A number for this entity, for draws about it.
    pub(crate) fn hash(self) -> u64 {
        let (code, parts) = self.parts();
        parts
            .into_iter()
            .fold(mix(u64::from(code)), |state, part| mix(state ^ part))
    }
}

/// How many bits each of the four indexes may take.
const WIDTHS: [u32; 4] = [24, 32, 24, 16];
/// Bits of the check field.
const CHECK: u32 = 18;
const HALF: u32 = 61;
const HALF_MASK: u64 = (1 << HALF) - 1;
const ROUNDS: usize = 8;

/// The keyed permutation between entities and UUIDs.
#[derive(Debug)]
pub(crate) struct Identities {
    keys: [u64; ROUNDS],
    check: u128,
}

impl Identities {
    /// The permutation of one seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut keys = [0; ROUNDS];
        for (round, key) in (0..).zip(&mut keys) {
            *key = draw(seed, "identity key", &[round]);
        }
        let check = u128::from(draw(seed, "identity check", &[])) & ((1 << CHECK) - 1);
        Self { keys, check }
    }

    /// The entity's UUID, in the form of a random (version 4) one.
    pub(crate) fn uuid(&self, entity: Entity) -> String {
        let (code, parts) = entity.parts();
        let mut packed = self.check << 8 | u128::from(code);
        for (part, width) in parts.into_iter().zip(WIDTHS) {
            debug_assert!(part >> width == 0, "index {part} of {entity:?} is too wide");
            packed = packed << width | u128::from(part);
        }
        let bits = self.permute(packed);
        let number = (bits >> 74) << 80 | 0x4 << 76 | (bits >> 62 & 0xfff) << 64 | 0b10 << 62;
        let number = number | (bits & ((1 << 62) - 1));
        let hex = format!("{number:032x}");
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }

    /// The entity behind a UUID, if this world could have made it.
    pub(crate) fn entity(&self, uuid: &str) -> Option<Entity> {
        let number = parse_uuid(uuid.trim())?;
        if number >> 76 & 0xf != 0x4 || number >> 62 & 0b11 != 0b10 {
            return None;
        }
        let bits = (number >> 80) << 74 | (number >> 64 & 0xfff) << 62 | (number & ((1 << 62) - 1));
        let mut packed = self.unpermute(bits);
        let mut parts = [0; 4];
        for (part, width) in parts.iter_mut().zip(WIDTHS).rev() {
            *part = low(packed, width);
            packed >>= width;
        }
        let code = u8::try_from(low(packed, 8)).ok()?;
        if packed >> 8 != self.check {
            return None;
        }
        Entity::from_parts(code, parts)
    }

    fn permute(&self, bits: u128) -> u128 {
        let (mut left, mut right) = (low(bits >> HALF, HALF), low(bits, HALF));
        for key in self.keys {
            (left, right) = (right, left ^ (mix(right ^ key) & HALF_MASK));
        }
        u128::from(left) << HALF | u128::from(right)
    }

    fn unpermute(&self, bits: u128) -> u128 {
        let (mut left, mut right) = (low(bits >> HALF, HALF), low(bits, HALF));
        for key in self.keys.into_iter().rev() {
            (left, right) = (right ^ (mix(left ^ key) & HALF_MASK), left);
        }
        u128::from(left) << HALF | u128::from(right)
    }
}

/// The GraphQL ID of an object: its type and its UUID, encoded.
pub(crate) fn node_id(type_name: &str, uuid: &str) -> String {
    STANDARD.encode(format!("{type_name}---{uuid}"))
}

/// Takes a GraphQL ID apart into type and UUID. Surrounding white space and a
/// trailing newline inside are let through, because such IDs are in circulation.
pub(crate) fn split_node_id(id: &str) -> Option<(String, String)> {
    let bytes = STANDARD.decode(id.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (type_name, uuid) = text.trim().split_once("---")?;
    Some((type_name.to_owned(), uuid.to_owned()))
}

fn low(bits: u128, width: u32) -> u64 {
    u64::try_from(bits & ((1 << width) - 1)).unwrap_or(u64::MAX)
}

fn parse_uuid(text: &str) -> Option<u128> {
    let dashes = [8, 13, 18, 23];
    let well_formed = text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| {
            if dashes.contains(&place) {
                byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        });
    if !well_formed {
        return None;
    }
    u128::from_str_radix(&text.replace('-', ""), 16).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn uuids_come_back_as_the_entity_they_were() {
        let ids = Identities::new(42);
        let mut seen = HashSet::new();
        for number in 0..2_000 {
            for entity in [
                Entity::Build(3, number),
                Entity::Job(3, number, 7),
                Entity::JobEvent(3, number, 7, 2),
                Entity::Annotation(3, number, Entity::WHOLE_BUILD, 1),
                Entity::generic(100, mix(number)),
            ] {
                let uuid = ids.uuid(entity);
                assert_eq!(uuid.as_bytes()[14], b'4', "{uuid}");
                assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
                assert_eq!(ids.entity(&uuid), Some(entity));
                assert_eq!(ids.entity(&uuid.to_uppercase()), Some(entity));
                assert!(seen.insert(uuid));
            }
        }
    }

    #[test]
    fn foreign_uuids_are_refused() {
        let (ours, theirs) = (Identities::new(42), Identities::new(43));
        let accepted = (0..2_000)
            .filter(|number| {
                ours.entity(&theirs.uuid(Entity::Build(1, *number)))
                    .is_some()
            })
            .count();
        assert_eq!(accepted, 0);
        for text in [
            "",
            "x",
            "00000000-0000-0000-0000-000000000000",
            "not-a-uuid",
        ] {
            assert_eq!(ours.entity(text), None, "{text:?}");
        }
    }

    #[test]
    fn node_ids_are_read_leniently() {
        let id = node_id("Build", "abc");
        assert_eq!(
            split_node_id(&id),
            Some(("Build".to_owned(), "abc".to_owned()))
        );
        let with_newline = STANDARD.encode("Build---abc\n");
        assert_eq!(
            split_node_id(&with_newline),
            Some(("Build".to_owned(), "abc".to_owned()))
        );
        assert_eq!(split_node_id("%%%"), None);
        assert_eq!(split_node_id(&STANDARD.encode("Build")), None);
    }
}
