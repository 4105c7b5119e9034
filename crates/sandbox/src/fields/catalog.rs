//! Templates, rules, suites, registries, secrets and the other small things.

use apollo_compiler::name;

use super::arguments::Arguments;
use super::people::teams_with;
use crate::value::Value;
use crate::world::World;
use crate::world::chance::{hex, index};
use crate::world::ids::Entity;
use crate::world::time::Time;

/// What the banner says.
pub(super) const BANNER: &str = "Deploys are frozen from Friday evening.";

/// When a thing of the catalog was made; the later in its table, the later.
pub(super) fn created_at(world: &World, entity: Entity) -> Time {
    let place = match entity {
        Entity::Template(place)
        | Entity::Rule(place)
        | Entity::Suite(place)
        | Entity::Registry(place)
        | Entity::Secret(place)
        | Entity::SsoProvider(place)
        | Entity::ApiAccessToken(place) => place,
        _ => 0,
    };
    world.epoch.before((300 - place * 20) * 86_400)
}

pub(super) fn resolve<'w>(
    world: &'w World,
    entity: Entity,
    field: &str,
    arguments: Arguments<'_>,
) -> Option<Value<'w>> {
    match field {
        "createdAt" => return Some(created_at(world, entity).into()),
        "createdBy" => return Some(Entity::User(world.someone("created", entity)).into()),
        "organization" => return Some(Entity::Organization().into()),
        "updatedAt" => return Some(created_at(world, entity).after(5 * 86_400).into()),
        _ => {}
    }
    match entity {
        Entity::Template(place) => {
            let template = world.catalog().templates.get(index(place))?;
            Some(match field {
                "name" => template.name.into(),
                "description" => template.description.into(),
                "configuration" => template.configuration.into(),
                "available" => template.available.into(),
                _ => return None,
            })
        }
        Entity::Rule(place) => rule(world, place, field),
        Entity::Suite(place) => {
            let (name, slug, application) = *world.catalog().suites.get(index(place))?;
            Some(match field {
                "name" => name.into(),
                "slug" => slug.into(),
                "applicationName" => application.into(),
                "defaultBranch" => "main".into(),
                "url" => {
                    let organization = world.slug();
                    format!(
                        "https://buildkite.com/organizations/{organization}/analytics/suites/{slug}"
                    )
                    .into()
                }
                "teams" => teams_with(world, entity, arguments).into(),
                _ => return None,
            })
        }
        Entity::Registry(place) => {
            let (name, slug, description) = *world.catalog().registries.get(index(place))?;
            Some(match field {
                "name" => name.into(),
                "slug" => slug.into(),
                "description" => description.into(),
                "url" => {
                    let organization = world.slug();
                    format!("https://buildkite.com/organizations/{organization}/packages/registries/{slug}")
                        .into()
                }
                "teams" => teams_with(world, entity, arguments).into(),
                _ => return None,
            })
        }
        Entity::Secret(place) => {
            let (key, description, cluster) = *world.catalog().secrets.get(index(place))?;
            Some(match field {
                "key" => key.into(),
                "description" => description.into(),
                "cluster" => Entity::Cluster(cluster).into(),
                "destroyedAt" => Value::Null,
                _ => return None,
            })
        }
        Entity::SsoProvider(place) => sso_provider(world, place, field),
        Entity::NotificationService(place) => {
            let (_, name, description) =
                *world.catalog().notification_services.get(index(place))?;
            Some(match field {
                "name" => name.into(),
                "description" => description.into(),
                _ => return None,
            })
        }
        Entity::ApiAccessToken(place) => Some(match field {
            "description" => (*world.catalog().api_access_tokens.get(index(place))?).into(),
            "expiresAt" => Value::Null,
            "owner" => Entity::User(token_owner(world, place)).into(),
            "scopes" => Value::list(["GRAPHQL", "READ_BUILDS", "READ_PIPELINES"]),
            "lastAccessedAt" => token_last_used(world, place).into(),
            _ => return None,
        }),
        Entity::Banner() => match field {
            "message" => Some(BANNER.into()),
            _ => None,
        },
        _ => None,
    }
}

/// Whose an API access token is.
pub(super) fn token_owner(world: &World, token: u64) -> u64 {
    world.someone("owner", Entity::ApiAccessToken(token))
}

/// When an API access token was last used.
pub(super) fn token_last_used(world: &World, token: u64) -> Time {
    world.epoch.before(token * 86_400 + 300)
}

/// What a rule is called.
pub(super) fn rule_name(world: &World, place: u64) -> Option<String> {
    let (_, source, target) = *world.catalog().rules.get(index(place))?;
    let (from, to) = (world.pipeline(source)?, world.pipeline(target)?);
    Some(format!("{} and {}", from.name, to.name))
}

fn rule<'w>(world: &World, place: u64, field: &str) -> Option<Value<'w>> {
    let (action, source, target) = *world.catalog().rules.get(index(place))?;
    let (from, to) = (world.pipeline(source)?, world.pipeline(target)?);
    let kind = match action {
        "TRIGGER_BUILD" => "pipeline.trigger_build.pipeline",
        _ => "pipeline.artifacts_read.pipeline",
    };
    Some(match field {
        "action" => action.into(),
        "effect" => "ALLOW".into(),
        "type" => kind.into(),
        "sourceType" | "targetType" => "PIPELINE".into(),
        "source" => Entity::Pipeline(source).into(),
        "target" => Entity::Pipeline(target).into(),
        "description" => rule_name(world, place).into(),
        "document" => format!(
            "{{\"rule\":\"{kind}\",\"value\":{{\"source_pipeline\":\"{}\",\"target_pipeline\":\"{}\"}}}}",
            from.slug, to.slug
        )
        .into(),
        _ => return None,
    })
}

fn sso_provider<'w>(world: &World, place: u64, field: &str) -> Option<Value<'w>> {
    let (_, kind, state) = *world.catalog().sso_providers.get(index(place))?;
    let entity = Entity::SsoProvider(place);
    let was = |wanted: &str| state == wanted;
    let someone = |question| Entity::User(world.someone(question, entity));
    let at = created_at(world, entity).after(86_400);
    Some(match field {
        "type" => kind.into(),
        "state" => state.into(),
        "url" => format!("https://buildkite.com/sso/{}", hex(entity.hash(), 12)).into(),
        "enabledAt" => was("ENABLED").then_some(at).into(),
        "enabledBy" => was("ENABLED").then(|| someone("enabled")).into(),
        "disabledAt" => was("DISABLED").then_some(at).into(),
        "disabledBy" => was("DISABLED").then(|| someone("disabled")).into(),
        "disabledReason" => was("DISABLED").then_some("Replaced by SAML").into(),
        "note" => Value::Null,
        "sessionDurationInHours" => 12_u64.into(),
        "emailDomain" | "googleHostedDomain" => "acme.example".into(),
        "githubOrganizationName" => world.slug().into(),
        "emailDomainVerifiedAt" => (!was("CREATED")).then_some(at).into(),
        "identityProvider" => identity_provider(entity),
        "signatureMethod" => "RSA_SHA256".into(),
        "digestMethod" => "SHA256".into(),
        _ => return None,
    })
}

/// Who vouches for people that sign in through SAML.
fn identity_provider<'w>(entity: Entity) -> Value<'w> {
    let hash = entity.hash();
    let metadata = Value::record(
        name!("SSOProviderSAMLMetadataType"),
        hash,
        [
            ("url", "https://login.acme.example/saml/metadata".into()),
            (
                "xml",
                "<EntityDescriptor entityID=\"https://login.acme.example/saml\"/>".into(),
            ),
        ],
    );
    Value::record(
        name!("SSOProviderSAMLIdPType"),
        hash,
        [
            ("name", "Acme Login".into()),
            ("issuer", "https://login.acme.example/saml".into()),
            ("ssoURL", "https://login.acme.example/saml/sso".into()),
            ("metadata", metadata),
        ],
    )
}
